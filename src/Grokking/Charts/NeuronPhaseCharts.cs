using Grokking.Analysis;
using Grokking.Training;
using Plotly.NET;

namespace Grokking.Charts;

/// <summary>The phases of the hidden neurons.</summary>
public static class NeuronPhaseCharts
{
    // With more than these the legend would be larger than the plot.
    private const int MostInLegend = 16;

    private static readonly string[] Symbols = ["circle", "square", "diamond", "triangle-up"];

    /// <summary>φ_a + φ_b against φ_out, a point a neuron and a look a frequency; on the line the two are the same.</summary>
    /// <param name="neurons">The neurons; there may be none.</param>
    public static GenericChart Sums(IReadOnlyList<NeuronPhases> neurons)
    {
        IGrouping<int, NeuronPhases>[] frequencies = [.. neurons.GroupBy(neuron => neuron.Frequency).OrderBy(group => group.Key)];
        var line = ChartLayout.Trace(
            "scatter",
            ("mode", "lines"),
            ("showlegend", false),
            ("x", new[] { -Math.PI, Math.PI }),
            ("y", new[] { -Math.PI, Math.PI }),
            ("line", new { color = ChartColor.Grey, width = 2, dash = "dash" }),
            ("hoverinfo", "skip"));
        var layout = ChartLayout.Of("Phases of the hidden neurons", [], legend: frequencies.Length <= MostInLegend);
        layout.SetProperty("xaxis", Angles("φ<sub>a</sub> + φ<sub>b</sub>"));
        layout.SetProperty("yaxis", Angles("φ<sub>out</sub>", ("scaleanchor", "x"), ("scaleratio", 1)));
        layout.SetProperty("hovermode", "closest");
        return ChartLayout.Chart([line, .. frequencies.Select((group, place) => Points(group, place))], layout);
    }

    /// <summary>The circular variance of the phases' errors over the snapshots of a run, and the validation accuracy.</summary>
    /// <param name="epochs">The epochs of the snapshots, counted from 1.</param>
    /// <param name="variances">The <see cref="NeuronPhases.CircularVariance"/> of each.</param>
    /// <param name="history">The run.</param>
    /// <exception cref="ArgumentException">There are no epochs, or not as many variances, or the history has no epochs.</exception>
    public static GenericChart Spread(IReadOnlyList<int> epochs, IReadOnlyList<double> variances, TrainingHistory history)
    {
        if (epochs.Count == 0 || variances.Count != epochs.Count || history.Count == 0)
        {
            throw new ArgumentException(
                $"There are {epochs.Count} snapshots, {variances.Count} variances and {history.Count} epochs; "
                + "there has to be at least one epoch and one snapshot, and a variance for each snapshot.");
        }

        EpochRecord[] drawn = [.. DrawnEpochs.Of(history.Count).Select(epoch => history[epoch])];
        var layout = ChartLayout.Of("Spread of the phases", [], legend: true);
        layout.SetProperty("xaxis", ChartLayout.Counts("epoch", ("type", "log")));
        layout.SetProperty("yaxis", ChartLayout.Axis(("title", new { text = "circular variance" }), ("range", new[] { 0, 1.05 })));
        layout.SetProperty("yaxis2", ChartLayout.Axis(
            ("title", new { text = "accuracy" }), ("ticksuffix", "%"), ("range", new[] { 0, 105 }), ("overlaying", "y"), ("side", "right"), ("showgrid", false)));
        layout.SetProperty("hovermode", "x");
        return ChartLayout.Chart(
            [
                Line("Circular variance of φ<sub>out</sub> − φ<sub>a</sub> − φ<sub>b</sub>", "y", epochs, variances, ChartColor.Blue, "%{y:.3f}"),
                Line("Val Accuracy", "y2", drawn.Select(epoch => epoch.Epoch + 1), drawn.Select(epoch => epoch.ValidationAccuracy), ChartColor.Vermilion, "%{y:.2f}%"),
            ],
            layout);
    }

    private static Trace Line(string name, string axis, IEnumerable<int> x, IEnumerable<double> y, string color, string label) => ChartLayout.Trace(
        "scatter",
        ("mode", "lines"),
        ("name", name),
        ("x", x),
        ("y", SignificantDigits.Round(y)),
        ("yaxis", axis),
        ("line", new { color, width = 2 }),
        ("hoverlabel", new { bordercolor = color }),
        ("hovertemplate", $"{name} {label}<extra></extra>"));

    private static Trace Points(IGrouping<int, NeuronPhases> group, int place) => ChartLayout.Trace(
        "scatter",
        ("mode", "markers"),
        ("name", $"k = {group.Key}"),
        ("x", SignificantDigits.Round(group.Select(neuron => neuron.Sum))),
        ("y", SignificantDigits.Round(group.Select(neuron => neuron.PhaseOut))),
        ("customdata", group.Select(neuron => (double[])[neuron.Neuron, .. SignificantDigits.Round([neuron.PhaseA, neuron.PhaseB])])),
        ("marker", new { color = ChartColor.Of(place), size = 8, symbol = Symbols[place / 4 % Symbols.Length] }),
        ("hovertemplate", $"neuron %{{customdata[0]}}, frequency {group.Key}<br>φ<sub>a</sub> %{{customdata[1]:.2f}}, φ<sub>b</sub> %{{customdata[2]:.2f}}, φ<sub>out</sub> %{{y:.2f}}<extra></extra>"));

    private static Plotly.NET.LayoutObjects.LinearAxis Angles(string title, params ReadOnlySpan<(string Name, object Value)> properties) => ChartLayout.Axis(
    [
        ("title", new { text = title + ", radians" }),
        ("range", new[] { -3.3, 3.3 }),
        ("constrain", "domain"),
        ("tickvals", new[] { -Math.PI, 0, Math.PI }),
        ("ticktext", new[] { "−π", "0", "π" }),
        .. properties,
    ]);
}
