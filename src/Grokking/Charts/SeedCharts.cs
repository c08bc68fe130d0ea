using Grokking.Training;
using MathNet.Numerics.Statistics;
using Plotly.NET;
using static System.FormattableString;

namespace Grokking.Charts;

/// <summary>How several seeds of one run went. Epochs count from 1 here, as in <see cref="TrainingCharts"/>.</summary>
public static class SeedCharts
{
    /// <summary>
    /// Percent of training and validation equations right, over epochs on a log axis: the mean over the seeds in a band of a
    /// standard deviation either way (that of a sample, n − 1), or, with a button, each seed. Up to the last epoch that all
    /// seeds have; past a thousand, not every epoch is drawn.
    /// </summary>
    /// <param name="seeds">The seeds, for their names.</param>
    /// <param name="histories">One history per seed.</param>
    /// <exception cref="ArgumentException">There is no seed, or not a history each, or one without an epoch.</exception>
    public static GenericChart Accuracy(IReadOnlyList<ulong> seeds, IReadOnlyList<TrainingHistory> histories)
    {
        if (seeds.Count == 0 || seeds.Count != histories.Count)
        {
            throw new ArgumentException($"There are {seeds.Count} seeds and {histories.Count} histories; there has to be a history for each, and at least one.");
        }

        var count = histories.Min(history => history.Count);
        if (count == 0)
        {
            throw new ArgumentException("A seed has no epochs to draw yet: train it first.");
        }

        var epochs = DrawnEpochs.Of(count);
        SeedCurve[] curves =
        [
            new("Train Accuracy", ChartColor.Blue, epoch => epoch.TrainingAccuracy),
            new("Val Accuracy", ChartColor.Vermilion, epoch => epoch.ValidationAccuracy),
        ];
        Trace[] means = [.. curves.SelectMany(curve => Mean(curve, histories, epochs))];
        Trace[] each = [.. curves.SelectMany(curve => seeds.Zip(histories, (seed, history) => Seed(curve, seed, history, epochs)))];

        var layout = ChartLayout.Of(
            Invariant($"Accuracy over {seeds.Count} seeds"),
            [Button("Mean ± Standard Deviation", showMeans: true), Button("Each Seed", showMeans: false)],
            legend: true);
        layout.SetProperty("xaxis", ChartLayout.Axis(("title", new { text = "epoch" }), ("type", "log")));
        layout.SetProperty("yaxis", ChartLayout.Axis(("title", new { text = "accuracy" }), ("ticksuffix", "%")));
        layout.SetProperty("hovermode", "closest");
        return ChartLayout.Chart([.. means, .. each], layout);

        ChartButton Button(string label, bool showMeans) =>
            ChartButton.Show(label, [.. means.Select(_ => showMeans), .. each.Select(_ => !showMeans)]);
    }

    private static IEnumerable<Trace> Mean(SeedCurve curve, IReadOnlyList<TrainingHistory> histories, int[] epochs)
    {
        var values = epochs.Select(epoch => histories.Select(history => curve.Value(history[epoch])).MeanStandardDeviation()).ToList();
        var deviations = values.ConvertAll(value => histories.Count > 1 ? value.StandardDeviation : 0);

        // No share of the equations is below 0% or above 100%, and no band goes there.
        yield return Edge(values.Zip(deviations, (value, deviation) => Math.Max(0, value.Mean - deviation)));
        var upper = Edge(values.Zip(deviations, (value, deviation) => Math.Min(100, value.Mean + deviation)));
        upper.SetProperty("fill", "tonexty");
        upper.SetProperty("fillcolor", $"{curve.Color}33");
        yield return upper;
        var mean = Lines(curve, epochs, values.Select(value => value.Mean), width: 2);
        mean.SetProperty("name", curve.Name);
        mean.SetProperty("customdata", SignificantDigits.Round(deviations));
        mean.SetProperty("hovertemplate", $"epoch %{{x:,d}}<br>{curve.Name} %{{y:.2f}}% ± %{{customdata:.2f}}<extra></extra>");
        yield return mean;

        Trace Edge(IEnumerable<double> edge)
        {
            var trace = Lines(curve, epochs, edge, width: 0);
            trace.SetProperty("showlegend", false);
            trace.SetProperty("hoverinfo", "skip");
            return trace;
        }
    }

    private static Trace Seed(SeedCurve curve, ulong seed, TrainingHistory history, int[] epochs)
    {
        var trace = Lines(curve, epochs, epochs.Select(epoch => curve.Value(history[epoch])), width: 1);
        trace.SetProperty("name", Invariant($"{curve.Name}, seed {seed}"));
        trace.SetProperty("visible", false);
        trace.SetProperty("hovertemplate", Invariant($"seed {seed}, epoch %{{x:,d}}<br>{curve.Name} %{{y:.2f}}%<extra></extra>"));
        return trace;
    }

    private static Trace Lines(SeedCurve curve, int[] epochs, IEnumerable<double> values, int width) => ChartLayout.Trace(
        "scatter",
        ("mode", "lines"),
        ("x", epochs.Select(epoch => epoch + 1).ToArray()),
        ("y", SignificantDigits.Round(values)),
        ("line", new { color = curve.Color, width }),
        ("hoverlabel", new { bordercolor = curve.Color }));

    private sealed record SeedCurve(string Name, string Color, Func<EpochRecord, double> Value);
}
