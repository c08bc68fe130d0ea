using System.Text.Json.Nodes;
using Grokking.Training;
using Plotly.NET;

namespace Grokking.Tests.Charts;

/// <summary>A chart as plotly.js gets it.</summary>
internal sealed class Figure
{
    private readonly JsonNode _figure;

    public Figure(GenericChart chart)
    {
        Json = GenericChart.toFigureJson(chart);
        _figure = JsonNode.Parse(Json)!;
    }

    public string Json { get; }

    public JsonArray Traces => _figure["data"]!.AsArray();

    public JsonNode Layout => _figure["layout"]!;

    public JsonArray Buttons => Layout["updatemenus"]![0]!["buttons"]!.AsArray();

    public IEnumerable<string> ButtonLabels => Buttons.Select(button => (string)button!["label"]!);

    public double[] Y(int trace) => [.. Traces[trace]!["y"]!.AsArray().Select(value => (double)value!)];

    /// <summary>A run in which an epoch's numbers follow from its index.</summary>
    public static TrainingHistory History(int epochs, Func<int, double> loss)
    {
        var history = new TrainingHistory();
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            history.Add(new EpochRecord(
                epoch, 15L * (epoch + 1), epoch, loss(epoch), 100.0 * epoch / epochs, 2 * loss(epoch), 50.0 * epoch / epochs, 3 + loss(epoch)));
        }

        return history;
    }
}
