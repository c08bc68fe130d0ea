using Grokking.Training;
using MathNet.Numerics.Statistics;
using Plotly.NET;
using static System.FormattableString;

namespace Grokking.Charts;

/// <summary>
/// How several seeds of the same settings went, over epochs on a log axis: the mean over the seeds in a band of a standard deviation
/// either way (that of a sample, n − 1), or, with a button, each seed. Up to the last epoch that all seeds have; past a thousand,
/// not every epoch is drawn. Epochs count from 1 here, as in <see cref="TrainingCharts"/>.
/// </summary>
public static class SeedCharts
{
    /// <summary>Percent of training and validation equations right.</summary>
    /// <param name="seeds">The seeds, for their names.</param>
    /// <param name="histories">A history a seed.</param>
    /// <exception cref="ArgumentException">There is no seed, or not a history each, or one without an epoch.</exception>
    public static GenericChart Accuracy(IReadOnlyList<ulong> seeds, IReadOnlyList<TrainingHistory> histories) => Draw(
        "Accuracy", seeds, histories,
        ChartLayout.Axis(("title", new { text = "accuracy" }), ("ticksuffix", "%")),
        // No share of the equations is below 0% or above 100%, and no band goes there.
        new SeedCurve("Train Accuracy", ChartColor.Blue, epoch => epoch.TrainingAccuracy, Band.Within(0, 100), ".2f", "%"),
        new SeedCurve("Val Accuracy", ChartColor.Vermilion, epoch => epoch.ValidationAccuracy, Band.Within(0, 100), ".2f", "%"));

    /// <summary>
    /// Cross-entropy of training and validation on a log axis, so mean and deviation are those of the logarithm: the line is the
    /// geometric mean, and the band goes as many times above it as below.
    /// </summary>
    /// <param name="seeds">The seeds, for their names.</param>
    /// <param name="histories">One history per seed.</param>
    /// <exception cref="ArgumentException">There is no seed, or not a history each, or one without an epoch.</exception>
    public static GenericChart Loss(IReadOnlyList<ulong> seeds, IReadOnlyList<TrainingHistory> histories) => Draw(
        "Loss", seeds, histories,
        ChartLayout.Losses(histories.SelectMany(history => history).SelectMany(epoch => new[] { epoch.TrainingLoss, epoch.ValidationLoss }), logarithmic: true),
        new SeedCurve("Train Loss", ChartColor.Blue, epoch => epoch.TrainingLoss, Band.OfLogarithm, ".3~g", ""),
        new SeedCurve("Val Loss", ChartColor.Vermilion, epoch => epoch.ValidationLoss, Band.OfLogarithm, ".3~g", ""));

    /// <summary>Spectral norm of the output layer's weight.</summary>
    /// <param name="seeds">The seeds, for their names.</param>
    /// <param name="histories">A history a seed.</param>
    /// <exception cref="ArgumentException">There is no seed, or not a history each, or one without an epoch.</exception>
    public static GenericChart OutputLayerNorm(IReadOnlyList<ulong> seeds, IReadOnlyList<TrainingHistory> histories) => Draw(
        "Output layer norm", seeds, histories,
        ChartLayout.Axis(("title", new { text = "spectral norm" })),
        new SeedCurve("Spectral Norm", ChartColor.Blue, epoch => epoch.OutputLayerNorm, Band.Within(0, double.PositiveInfinity), ".3~g", ""));

    /// <summary>
    /// The <see cref="Analysis.Delay"/> of several settings beside each other, a row a seed: from the step after which training has 99% to the
    /// one after which validation has. A row that does not end did not get there, and an open marker says how far it was trained.
    /// </summary>
    /// <param name="settings">The name of each of the settings, its seeds, and a history a seed.</param>
    /// <exception cref="ArgumentException">There is no seed, or not a history each, or one without an epoch.</exception>
    public static GenericChart Delay(params IReadOnlyList<(string Name, IReadOnlyList<ulong> Seeds, IReadOnlyList<TrainingHistory> Histories)> settings)
    {
        foreach (var one in settings)
        {
            RequireEpochs(one.Seeds, one.Histories);
        }

        (string Row, TrainingHistory History)[] rows =
        [
            .. from one in settings
               from run in one.Seeds.Zip(one.Histories)
               select (Invariant($"{one.Name}, seed {run.First}"), run.Second),
        ];
        var marks = rows.Select(row => (
            row.Row,
            Training: Milestone.Of(row.History.FirstReachingTraining(TrainingHistory.KnownAccuracy)),
            Validation: Milestone.Of(row.History.FirstReachingValidation(TrainingHistory.KnownAccuracy)),
            End: new Milestone(row.History.Count, row.History.Steps))).ToArray();

        var layout = ChartLayout.Of("From training’s 99% to validation’s", [], legend: true);
        layout.SetProperty("xaxis", ChartLayout.Steps());
        layout.SetProperty("yaxis", ChartLayout.Axis(("autorange", "reversed"), ("type", "category")));
        layout.SetProperty("hovermode", "closest");
        var delays = new Trace("scatter");
        delays.SetProperty("mode", "lines");
        delays.SetProperty("name", "delay");
        delays.SetProperty("x", marks.SelectMany(mark => new long?[] { mark.Training?.Steps, mark.Training is null ? null : (mark.Validation ?? mark.End).Steps, null }));
        delays.SetProperty("y", marks.SelectMany(mark => new[] { mark.Row, mark.Row, null }));
        delays.SetProperty("line", new { color = ChartColor.Grey, width = 3 });
        delays.SetProperty("hoverinfo", "skip");
        return ChartLayout.Chart(
            [
                delays,
                Points("training has 99%", ChartColor.Blue, "circle", mark => mark.Training),
                Points("validation has 99%", ChartColor.Vermilion, "circle", mark => mark.Validation),
                Points("stopped before validation had 99%", ChartColor.Vermilion, "triangle-right-open", mark => mark.Validation is null ? mark.End : null),
            ],
            layout);

        Trace Points(string name, string color, string symbol, Func<(string Row, Milestone? Training, Milestone? Validation, Milestone End), Milestone?> place)
        {
            var there = marks.Where(mark => place(mark) is not null).ToArray();
            var trace = new Trace("scatter");
            trace.SetProperty("mode", "markers");
            trace.SetProperty("name", name);
            trace.SetProperty("x", there.Select(mark => place(mark)!.Value.Steps).ToArray());
            trace.SetProperty("y", there.Select(mark => mark.Row).ToArray());
            trace.SetProperty("customdata", there.Select(mark => place(mark)!.Value.Epochs).ToArray());
            trace.SetProperty("marker", new { color, size = 10, symbol, line = new { width = 2, color } });
            trace.SetProperty("hovertemplate", $"%{{y}}<br>{name}: %{{x:,d}} steps, %{{customdata:,d}} epochs<extra></extra>");
            return trace;
        }
    }

    private static GenericChart Draw(
        string what, IReadOnlyList<ulong> seeds, IReadOnlyList<TrainingHistory> histories, Plotly.NET.LayoutObjects.LinearAxis yAxis, params SeedCurve[] curves)
    {
        RequireEpochs(seeds, histories);
        var epochs = DrawnEpochs.Of(histories.Min(history => history.Count));
        Trace[] means = [.. curves.SelectMany(curve => Mean(curve, histories, epochs))];
        Trace[] each = [.. curves.SelectMany(curve => seeds.Zip(histories, (seed, history) => Seed(curve, seed, history, epochs)))];

        var layout = ChartLayout.Of(
            Invariant($"{what} over {seeds.Count} seeds"),
            [Button("Mean ± Standard Deviation", showMeans: true), Button("Each Seed", showMeans: false)],
            legend: true);
        layout.SetProperty("xaxis", ChartLayout.Counts("epoch", ("type", "log")));
        layout.SetProperty("yaxis", yAxis);
        layout.SetProperty("hovermode", "closest");
        return ChartLayout.Chart([.. means, .. each], layout);

        ChartButton Button(string label, bool showMeans) =>
            ChartButton.Show(label, [.. means.Select(_ => showMeans), .. each.Select(_ => !showMeans)]);
    }

    private static void RequireEpochs(IReadOnlyList<ulong> seeds, IReadOnlyList<TrainingHistory> histories)
    {
        if (seeds.Count == 0 || seeds.Count != histories.Count)
        {
            throw new ArgumentException($"There are {seeds.Count} seeds and {histories.Count} histories; there has to be a history for each, and at least one.");
        }

        if (histories.Any(history => history.Count == 0))
        {
            throw new ArgumentException("A seed has no epochs to draw yet: train it first.");
        }
    }

    private static IEnumerable<Trace> Mean(SeedCurve curve, IReadOnlyList<TrainingHistory> histories, int[] epochs)
    {
        Band[] bands = [.. epochs.Select(epoch => curve.Band([.. histories.Select(history => curve.Value(history[epoch]))]))];
        yield return Edge(bands.Select(band => band.Lower));
        var upper = Edge(bands.Select(band => band.Upper));
        upper.SetProperty("fill", "tonexty");
        upper.SetProperty("fillcolor", $"{curve.Color}33");
        yield return upper;
        var mean = Lines(curve, epochs, bands.Select(band => band.Mean), width: 2);
        mean.SetProperty("name", curve.Name);
        mean.SetProperty("customdata", SignificantDigits.Round(bands.Select(band => band.Deviation)));
        var sign = curve.IsLogarithmic ? "×/÷" : "±";
        mean.SetProperty("hovertemplate", $"epoch %{{x:,d}}<br>{curve.Name} %{{y:{curve.Format}}}{curve.Unit} {sign} %{{customdata:{curve.Format}}}<extra></extra>");
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
        trace.SetProperty("hovertemplate", Invariant($"seed {seed}, epoch %{{x:,d}}<br>{curve.Name} %{{y:{curve.Format}}}{curve.Unit}<extra></extra>"));
        return trace;
    }

    private static Trace Lines(SeedCurve curve, int[] epochs, IEnumerable<double> values, int width)
    {
        var trace = new Trace("scatter");
        trace.SetProperty("mode", "lines");
        trace.SetProperty("x", epochs.Select(epoch => epoch + 1).ToArray());
        trace.SetProperty("y", SignificantDigits.Round(values));
        trace.SetProperty("line", new { color = curve.Color, width });
        trace.SetProperty("hoverlabel", new { bordercolor = curve.Color });
        return trace;
    }

    private sealed record SeedCurve(string Name, string Color, Func<EpochRecord, double> Value, Func<double[], Band> Band, string Format, string Unit)
    {
        public bool IsLogarithmic => Band == SeedCharts.Band.OfLogarithm;
    }

    /// <summary>The seeds at one epoch.</summary>
    private readonly record struct Band(double Lower, double Mean, double Upper, double Deviation)
    {
        public static Func<double[], Band> OfLogarithm { get; } = values =>
        {
            var (mean, deviation) = MeanAndDeviation([.. values.Select(value => Math.Log(value))]);
            return new(Math.Exp(mean - deviation), Math.Exp(mean), Math.Exp(mean + deviation), Math.Exp(deviation));
        };

        public static Func<double[], Band> Within(double least, double most) => values =>
        {
            var (mean, deviation) = MeanAndDeviation(values);
            return new(Math.Max(least, mean - deviation), mean, Math.Min(most, mean + deviation), deviation);
        };

        private static (double Mean, double Deviation) MeanAndDeviation(double[] values)
        {
            var (mean, deviation) = values.MeanStandardDeviation();
            return (mean, values.Length > 1 ? deviation : 0);
        }
    }
}
