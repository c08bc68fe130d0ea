using System.Globalization;
using System.Net;
using Grokking.Data;
using Grokking.Models;
using Grokking.Training;
using Microsoft.DotNet.Interactive.Formatting;
using Plotly.NET;
using TorchSharp;

namespace Grokking.Notebooks;

/// <summary>How values look when they are a cell's last expression.</summary>
internal static class ReadableValues
{
    public static void Register(bool cdn)
    {
        Register<GenericChart>(ChartOutput.Text, cdn ? ChartOutput.CdnHtml : ChartOutput.Html, ChartOutput.Text);
        RegisterText<torch.Tensor>(tensor => $"{tensor.Text()}\n{tensor.SizeText()} {tensor.DtypeText()}");
        RegisterText<EquationDataset>();
        RegisterText<DatasetSplit>();
        RegisterText<EquationModel>(model => model is GrokkingMlp mlp ? ModelText(mlp) : model.ToString());
        RegisterText<ITrainingEngine>();
        RegisterText<Trainer>();
        RegisterText<WeightSnapshots>();
        // To go through these does something: it draws from the generator, or shows a bar.
        RegisterText<BatchOrder>();
        RegisterText<ProgressRange>();
        Register<TrainingHistory>(history => history.ToString(), HistoryTable, history => history.ToString());
    }

    private static string HistoryTable(TrainingHistory history)
    {
        const int last = 10;
        var rows = history.Skip(history.Count - last).Select(epoch => FormattableString.Invariant(
            $"<tr><td>{epoch.Epoch + 1:N0}<td>{epoch.Step:N0}<td>{epoch.TrainingLoss:G4}<td>{epoch.TrainingAccuracy:F2}%<td>{epoch.ValidationLoss:G4}<td>{epoch.ValidationAccuracy:F2}%<td>{epoch.OutputLayerNorm:F3}"));
        const string head = "<tr><th>epoch<th>step<th>train loss<th>train accuracy<th>val loss<th>val accuracy<th>output layer norm";
        return $"<table><caption>{history}</caption><thead>{head}</thead><tbody>{string.Concat(rows)}</tbody></table>";
    }

    private static string ModelText(GrokkingMlp model) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        GrokkingMlp(
          Embedding({model.VocabularySize}, {model.EmbeddingWidth})
          Flatten
          Linear({EquationDataset.TokensPerEquation * model.EmbeddingWidth}, {model.HiddenWidth})
          ReLU
          Linear({model.HiddenWidth}, {model.VocabularySize})
        ): {model.ParameterCount:N0} parameters
        """);

    private static void RegisterText<T>()
        where T : notnull => RegisterText<T>(value => value.ToString()!);

    private static void RegisterText<T>(Func<T, string> text)
        where T : notnull => Register(text, value => $"<pre>{WebUtility.HtmlEncode(text(value))}</pre>", value => value.ToString()!);

    /// <param name="text">Where there is no HTML.</param>
    /// <param name="html">Under a cell.</param>
    /// <param name="summary">In an editor's list of variables: one line.</param>
    private static void Register<T>(Func<T, string> text, Func<T, string> html, Func<T, string> summary)
    {
        Formatter.Register(text, PlainTextFormatter.MimeType);
        Formatter.Register(summary, PlainTextSummaryFormatter.MimeType);
        Formatter.Register(html, HtmlFormatter.MimeType);
        Formatter.SetPreferredMimeTypesFor(typeof(T), HtmlFormatter.MimeType, PlainTextFormatter.MimeType);
    }
}
