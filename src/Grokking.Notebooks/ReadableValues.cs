using System.Globalization;
using System.Net;
using Grokking.Data;
using Grokking.Models;
using Microsoft.DotNet.Interactive.Formatting;
using Plotly.NET;
using TorchSharp;

namespace Grokking.Notebooks;

/// <summary>How values look when they are a cell's last expression.</summary>
internal static class ReadableValues
{
    public static void Register(bool cdn)
    {
        Register<GenericChart>(ChartOutput.Text, cdn ? ChartOutput.CdnHtml : ChartOutput.Html);
        RegisterText<torch.Tensor>(tensor => $"{tensor.Text()}\n{tensor.SizeText()} {tensor.DtypeText()}");
        RegisterText<EquationDataset>(dataset => dataset.ToString());
        RegisterText<DatasetSplit>(split => split.ToString());
        RegisterText<EquationModel>(model => model is GrokkingMlp mlp ? ModelText(mlp) : $"{model.GetName()}: {model.ParameterCount:N0} parameters");
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

    private static void RegisterText<T>(Func<T, string> text) =>
        Register(text, value => $"<pre>{WebUtility.HtmlEncode(text(value))}</pre>");

    private static void Register<T>(Func<T, string> text, Func<T, string> html)
    {
        Formatter.Register(text, PlainTextFormatter.MimeType);
        Formatter.Register(html, HtmlFormatter.MimeType);
        Formatter.SetPreferredMimeTypesFor(typeof(T), HtmlFormatter.MimeType, PlainTextFormatter.MimeType);
    }
}
