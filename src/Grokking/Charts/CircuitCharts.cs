using System.Globalization;
using Grokking.Analysis;
using Grokking.Training;
using Plotly.NET;

namespace Grokking.Charts;

/// <summary>What a network's frequencies and its small weights are worth to it.</summary>
public static class CircuitCharts
{
    /// <summary>
    /// Full, restricted and excluded loss of training and validation over a run; buttons make the x axis linear or logarithmic.
    /// </summary>
    /// <param name="epochs">The epochs of the snapshots, counted from 1 as in the other charts.</param>
    /// <param name="training">The measures of the training equations, one an epoch.</param>
    /// <param name="validation">The measures of the validation equations, one an epoch.</param>
    /// <param name="control">Those of the validation equations with frequencies drawn at random; their restricted loss is drawn.</param>
    /// <exception cref="ArgumentException">There are no epochs, or not as many measures.</exception>
    public static GenericChart ProgressMeasures(
        IReadOnlyList<int> epochs,
        IReadOnlyList<ProgressMeasures> training,
        IReadOnlyList<ProgressMeasures> validation,
        IReadOnlyList<ProgressMeasures> control)
    {
        if (epochs.Count == 0 || training.Count != epochs.Count || validation.Count != epochs.Count || control.Count != epochs.Count)
        {
            throw new ArgumentException(
                $"There are {epochs.Count} epochs, and {training.Count}, {validation.Count} and {control.Count} measures; "
                + "there has to be at least one epoch, and for each a measure of each side and of the control.");
        }

        var layout = ChartLayout.Of(
            "Progress measures",
            [
                ChartButton.AxisType("X Axis Linear Scale", "xaxis", "linear"),
                ChartButton.AxisType("X Axis Log Scale", "xaxis", "log"),
            ],
            legend: true);
        layout.SetProperty("xaxis", ChartLayout.Counts("epoch"));
        layout.SetProperty("yaxis", ChartLayout.Losses(
            training.Concat(validation).SelectMany(measures => new[] { measures.Full.Loss, measures.Restricted.Loss, measures.Excluded.Loss }), logarithmic: true));
        layout.SetProperty("hovermode", "x");
        return ChartLayout.Chart(
            [
                .. Lines("Train", training, ChartColor.Blue),
                .. Lines("Val", validation, ChartColor.Vermilion),
                Measure("Val Restricted to random frequencies", control.Select(measure => measure.Restricted), ChartColor.Grey, "dash"),
            ],
            layout);

        IEnumerable<Trace> Lines(string side, IReadOnlyList<ProgressMeasures> measures, string color) =>
        [
            Measure($"{side} Loss", measures.Select(measure => measure.Full), color, "solid"),
            Measure($"{side} Restricted", measures.Select(measure => measure.Restricted), color, "dash"),
            Measure($"{side} Excluded", measures.Select(measure => measure.Excluded), color, "dot"),
        ];

        Trace Measure(string name, IEnumerable<Evaluation> evaluations, string color, string dash) => Line(
            name, epochs.Select(epoch => (double)epoch), evaluations.Select(evaluation => evaluation.Loss), color, dash,
            $"{name} %{{y:.3~g}}");
    }

    /// <summary>Accuracy without each of some frequencies, beside that of the whole network.</summary>
    /// <param name="whole">The network as it is, on the same equations.</param>
    /// <param name="ablations">The network without a frequency.</param>
    public static GenericChart Ablation(Evaluation whole, IReadOnlyList<FrequencyAblation> ablations)
    {
        Evaluation[] bars = [whole, .. ablations.Select(ablation => ablation.Without)];
        var trace = new Trace("bar");
        trace.SetProperty("name", "Accuracy");
        trace.SetProperty("x", ablations.Select(ablation => ablation.Frequency.ToString(CultureInfo.InvariantCulture)).Prepend("none"));
        trace.SetProperty("y", SignificantDigits.Round(bars.Select(bar => bar.Accuracy)));
        trace.SetProperty("customdata", SignificantDigits.Round(bars.Select(bar => bar.Loss)));
        trace.SetProperty("text", bars.Select(bar => bar.Accuracy.ToString("0.#", CultureInfo.InvariantCulture) + "%"));
        trace.SetProperty("textposition", "outside");
        trace.SetProperty("cliponaxis", false);
        trace.SetProperty("marker", new { color = bars.Select((_, i) => i == 0 ? ChartColor.Blue : ChartColor.Vermilion) });
        trace.SetProperty("hovertemplate", "taken away: %{x}<br>accuracy %{y:.2f}%<br>loss %{customdata:.3~g}<extra></extra>");

        var layout = ChartLayout.Of("Accuracy without a frequency", [], legend: false);
        layout.SetProperty("xaxis", ChartLayout.Axis(("title", new { text = "frequency taken away" }), ("type", "category")));
        layout.SetProperty("yaxis", ChartLayout.Axis(
            ("title", new { text = "accuracy" }), ("ticksuffix", "%"), ("range", new[] { 0, 108 }), ("tick0", 0), ("dtick", 20)));
        layout.SetProperty("hovermode", "closest");
        return ChartLayout.Chart([trace], layout);
    }

    /// <summary>
    /// Accuracy and the share of pruned weights against the threshold, on a logarithmic axis, which has no place for 0.
    /// </summary>
    /// <param name="prunings">The network pruned by thresholds, rising.</param>
    /// <param name="reference">What somebody else found, to be marked beside it.</param>
    public static GenericChart Pruning(IReadOnlyList<MagnitudePruning> prunings, PruningReference? reference = null)
    {
        MagnitudePruning[] shown = [.. prunings.Where(pruning => pruning.Threshold > 0)];
        List<Trace> traces =
        [
            Percent("Accuracy", pruning => pruning.Pruned.Accuracy, ChartColor.Blue),
            Percent("Weights pruned", pruning => 100 * pruning.SharePruned, ChartColor.Vermilion),
        ];
        if (reference is not null)
        {
            traces.Add(Mark("accuracy", reference.Accuracy, ChartColor.Blue));
            traces.Add(Mark("weights pruned", 100 * reference.SharePruned, ChartColor.Vermilion));
        }

        var layout = ChartLayout.Of("Pruning the small weights", [], legend: true);
        layout.SetProperty("xaxis", ChartLayout.Axis(("title", new { text = "threshold" }), ("type", "log"), ("dtick", 1)));
        layout.SetProperty("yaxis", ChartLayout.Axis(
            ("title", new { text = "share of the equations right, of the weights pruned" }), ("ticksuffix", "%"), ("range", new[] { 0, 105 }), ("tick0", 0), ("dtick", 20)));
        layout.SetProperty("hovermode", "closest");
        return ChartLayout.Chart(traces, layout);

        Trace Percent(string name, Func<MagnitudePruning, double> value, string color) => Line(
            name, shown.Select(pruning => pruning.Threshold), shown.Select(value), color, "solid",
            $"threshold %{{x:.3~g}}<br>{name} %{{y:.2f}}%");

        Trace Mark(string noun, double percent, string color) => ChartLayout.Trace(
            "scatter",
            ("mode", "markers"),
            ("name", $"{reference.Name}: {noun}"),
            ("x", new[] { reference.Threshold }),
            ("y", new[] { percent }),
            ("marker", new { color, size = 13, symbol = "diamond-open", line = new { width = 3 } }),
            ("hovertemplate", $"threshold %{{x:.3~g}}<br>{reference.Name}: {noun} %{{y:.2f}}%<extra></extra>"));
    }

    private static Trace Line(string name, IEnumerable<double> x, IEnumerable<double> y, string color, string dash, string hover) => ChartLayout.Trace(
        "scatter",
        ("mode", "lines+markers"),
        ("name", name),
        ("x", x),
        ("y", SignificantDigits.Round(y)),
        ("line", new { color, width = 2, dash }),
        ("marker", new { size = 5 }),
        ("hoverlabel", new { bordercolor = color }),
        ("hovertemplate", hover + "<extra></extra>"));
}
