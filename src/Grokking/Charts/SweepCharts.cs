using Grokking.Runs;
using Grokking.Sweeps;
using Grokking.Training;
using Plotly.NET;
using static System.FormattableString;

namespace Grokking.Charts;

/// <summary>What decides when a network groks.</summary>
public static class SweepCharts
{
    private static readonly Failure Censored = new("runs that did not get there (at their limit)", "triangle-up-open", point => point.Censored, point => point.Limit);
    private static readonly Failure Diverged = new("runs that diverged (where they ended)", "x-open", point => point.Diverged, point => point.DivergedAt);

    private static readonly string[] Dashes = ["solid", "dash", "dot", "dashdot"];

    // Whatever else differs between runs makes lines of their own.
    private static readonly Setting[] LineSettings =
        [.. Setting.All.Where(setting => setting.MattersToResults).ExceptBy(["operation", "modulus", "train_fraction", "seed", "data_seed"], setting => setting.Name)];

    private static readonly Measure[] Measures =
    [
        new("Steps", "optimiser steps", "steps", run => run.StepsToGrok, run => run.Settings.Epochs * run.StepsAnEpoch),
        new("Epochs", "epochs", "epochs", run => run.EpochsToGrok, run => run.Settings.Epochs),
        new(
            "Times training’s", "times as many steps as training to its 99%", "times training’s steps",
            run => run.Delay?.Ratio, run => run.Settings.Epochs * run.StepsAnEpoch / run.Of(Side.Training, TrainingHistory.KnownAccuracy)?.Steps),
    ];

    /// <summary>
    /// Optimiser steps until validation reaches 99% against the training fraction, one line per weight decay (and one for any other
    /// number that differs but the seeds): the median over the seeds, with bars from the lower to the upper quartile. Buttons show
    /// epochs instead, of which one at fraction 0.2 has a quarter of the steps of one at 0.8, or the delay: how many times as many
    /// steps validation took as training to its own 99%. A run
    /// that did not get there counts as longer than its limit: it moves the median, and an open marker at the limit says how
    /// many there were. Where that makes the median itself longer than the limit, the line has a gap.
    /// </summary>
    /// <remarks>Quantiles are those of Hyndman and Fan (1996), definition 7, NumPy's default; one that lies beside a run without an end has none either.</remarks>
    /// <exception cref="ArgumentException">There are no runs.</exception>
    public static GenericChart TimeToGrok(IReadOnlyList<RunResult> runs)
    {
        if (runs.Count == 0)
        {
            throw new ArgumentException("There are no runs to draw yet: run the sweep first.");
        }

        var traces = Measures.Select(measure => Traces(Lines(runs, measure)).ToArray()).ToArray();
        foreach (var hidden in traces.Skip(1).SelectMany(measure => measure))
        {
            hidden.SetProperty("visible", false);
        }

        // Fewer than one of 1, 2 and 5 may be between the least and the most of them: then plotly.js chooses.
        var steps = runs.Select(run => Measures[0].Of(run) ?? Measures[0].LimitOf(run)).OfType<double>().ToList();
        var wide = steps.Count > 0 && steps.Max() >= 10 * steps.Min();
        var layout = ChartLayout.Of(
            $"Time to {TrainingHistory.KnownAccuracy}% validation accuracy",
            [.. Measures.Select((measure, place) => ChartButton.Show(
                measure.Button,
                [.. traces.SelectMany((group, i) => group.Select(_ => i == place))],
                new() { ["yaxis.title.text"] = measure.Axis, ["yaxis.autorange"] = true }))],
            legend: true);
        layout.SetProperty("xaxis", FractionAxis(runs));
        var axis = ChartLayout.Axis(("title", new { text = Measures[0].Axis }), ("type", "log"), ("tickformat", ",~r"));
        if (wide)
        {
            axis.SetProperty("dtick", "D2");
        }

        layout.SetProperty("yaxis", axis);
        layout.SetProperty("hovermode", "x");
        return ChartLayout.Chart(traces.SelectMany(group => group), layout);
    }

    /// <summary>
    /// The best validation accuracy of each run against the training fraction, a line an operation: the median over the runs, with bars
    /// from the lowest to the highest. Of Power et al., arXiv 2201.02177, Fig. 2 (right), for this network and these epochs.
    /// </summary>
    /// <exception cref="ArgumentException">There are no runs.</exception>
    public static GenericChart AccuracyByFraction(IReadOnlyList<RunResult> runs)
    {
        if (runs.Count == 0)
        {
            throw new ArgumentException("There are no runs to draw yet: run the sweep first.");
        }

        var layout = ChartLayout.Of("Best validation accuracy by training fraction", [], legend: true);
        layout.SetProperty("xaxis", FractionAxis(runs));
        layout.SetProperty("yaxis", ChartLayout.Axis(("title", new { text = "best validation accuracy" }), ("ticksuffix", "%"), ("range", new[] { 0, 105 })));
        layout.SetProperty("hovermode", "closest");
        return ChartLayout.Chart(runs.GroupBy(run => Task(run.Settings)).Select(Accuracy), layout);
    }

    /// <summary>
    /// Percent of the equations right against optimiser steps, a colour a run: validation's drawn through, training's dotted. Of the
    /// epochs that a run's result keeps (<see cref="RunResult.Curve"/>).
    /// </summary>
    /// <param name="runs">Each run with the name that the legend gives it.</param>
    /// <exception cref="ArgumentException">There are no runs.</exception>
    public static GenericChart Accuracy(params IReadOnlyList<(string Name, RunResult Run)> runs)
    {
        if (runs.Count == 0)
        {
            throw new ArgumentException("There are no runs to draw yet: run the sweep first.");
        }

        var layout = ChartLayout.Of("Validation accuracy (dotted: training)", [], legend: true);
        layout.SetProperty("xaxis", ChartLayout.Steps());
        layout.SetProperty("yaxis", ChartLayout.Axis(("title", new { text = "accuracy" }), ("ticksuffix", "%")));
        layout.SetProperty("hovermode", "closest");
        return ChartLayout.Chart(runs.SelectMany((run, place) => new[] { Curve(run, place, Side.Validation), Curve(run, place, Side.Training) }), layout);
    }

    private static Trace Curve((string Name, RunResult Run) run, int place, Side side) => ChartLayout.Trace(
        "scatter",
        ("mode", "lines"),
        ("name", run.Name),
        ("legendgroup", run.Name),
        ("showlegend", side == Side.Validation),
        ("x", run.Run.Curve.Select(epoch => epoch.Step).ToArray()),
        ("y", SignificantDigits.Round(run.Run.Curve.Select(epoch => side == Side.Validation ? epoch.ValidationAccuracy : epoch.TrainingAccuracy))),
        ("line", new { color = ChartColor.Of(place), width = 2, dash = side == Side.Validation ? "solid" : "dot" }),
        ("hovertemplate", $"{run.Name}<br>{(side == Side.Validation ? "validation" : "training")} %{{y:.1f}}% after %{{x:,d}} steps<extra></extra>"));

    // Around a single value plotly.js would show fractions that are none.
    private static Plotly.NET.LayoutObjects.LinearAxis FractionAxis(IReadOnlyList<RunResult> runs)
    {
        var (least, most) = (runs.Min(run => run.Settings.TrainingFraction), runs.Max(run => run.Settings.TrainingFraction));
        var title = ("title", (object)new { text = "training fraction" });
        return least < most ? ChartLayout.Axis(title) : ChartLayout.Axis(title, ("range", new[] { Math.Max(0, least - 0.1), Math.Min(1, most + 0.1) }));
    }

    private static Trace Accuracy(IGrouping<string, RunResult> task, int place)
    {
        (double Fraction, double[] Sorted)[] points =
        [
            .. task.GroupBy(run => run.Settings.TrainingFraction)
                .OrderBy(point => point.Key)
                .Select(point => (point.Key, point.Select(run => run.BestValidationAccuracy).Order().ToArray())),
        ];
        double[] medians = [.. points.Select(point => Quantile(point.Sorted, 0.5))];
        var trace = new Trace("scatter");
        trace.SetProperty("mode", "lines+markers");
        trace.SetProperty("name", task.Key);
        trace.SetProperty("x", points.Select(point => point.Fraction).ToArray());
        trace.SetProperty("y", SignificantDigits.Round(medians));
        trace.SetProperty("line", new { color = ChartColor.Of(place), width = 2, dash = Dashes[place / 4 % Dashes.Length] });
        trace.SetProperty("marker", new { color = ChartColor.Of(place), size = 7 });
        trace.SetProperty("error_y", new
        {
            type = "data",
            symmetric = false,
            array = points.Zip(medians, (point, median) => point.Sorted[^1] - median).ToArray(),
            arrayminus = points.Zip(medians, (point, median) => median - point.Sorted[0]).ToArray(),
            thickness = 1.5,
        });
        trace.SetProperty("hovertemplate", $"{task.Key}<br>fraction %{{x}}: %{{y:.1f}}%<extra></extra>");
        return trace;
    }

    private static SweepLine[] Lines(IReadOnlyList<RunResult> runs, Measure measure)
    {
        Setting[] varying = [.. LineSettings.Where(setting => setting.Name == "weight_decay" || runs.Select(run => setting.Of(run.Settings)).Distinct().Count() > 1)];
        var tasks = runs.Select(run => Task(run.Settings)).Distinct().Count();
        return
        [
            .. runs
                .GroupBy(run => string.Join(", ", varying.Select(setting => Invariant($"{setting.Label} {setting.Of(run.Settings)}")).Prepend(Task(run.Settings)).Skip(tasks > 1 ? 0 : 1)))
                .OrderBy(line => Task(line.First().Settings), StringComparer.Ordinal)
                .ThenBy(line => varying.Select(setting => setting.IsNumber ? setting.NumberOf(line.First().Settings) : 0).ToArray(), Comparer<double[]>.Create((one, other) => one.AsSpan().SequenceCompareTo(other)))
                .Select((line, i) => new SweepLine(line.Key, i, [.. line.GroupBy(run => run.Settings.TrainingFraction).OrderBy(point => point.Key).Select(point => SweepPoint.Of(point, measure))])),
        ];
    }

    private static IEnumerable<Trace> Traces(SweepLine[] lines) =>
    [
        .. lines.Select(Median),
        .. lines.Where(line => line.Points.Any(point => point.Censored > 0)).Select((line, i) => Without(line, Censored, legend: i == 0)),
        .. lines.Where(line => line.Points.Any(point => point.Diverged > 0)).Select((line, i) => Without(line, Diverged, legend: i == 0)),
    ];

    private static string Task(RunSettings run) => Invariant($"{run.Operation} of {run.Modulus}");

    private static Trace Median(SweepLine line)
    {
        var trace = Scatter(line, "lines+markers", line.Points);
        trace.SetProperty("y", line.Points.Select(point => Finite(point.Median)).ToArray());
        trace.SetProperty("line", new { color = ChartColor.Of(line.Place), width = 2, dash = Dashes[line.Place / 4 % Dashes.Length] });
        trace.SetProperty("marker", new { color = ChartColor.Of(line.Place), size = 8 });
        trace.SetProperty("error_y", new
        {
            type = "data",
            symmetric = false,
            array = line.Points.Select(point => Finite((double.IsFinite(point.Upper) ? point.Upper : point.Limit) - point.Median)).ToArray(),
            arrayminus = line.Points.Select(point => Finite(point.Median - point.Lower)).ToArray(),
            thickness = 1.5,
        });
        return trace;
    }

    /// <summary>The runs of a line that did not get there, each kind at where they ended.</summary>
    private static Trace Without(SweepLine line, Failure kind, bool legend)
    {
        SweepPoint[] points = [.. line.Points.Where(point => kind.Count(point) > 0)];
        var trace = Scatter(line, "markers", points);
        trace.SetProperty("name", kind.Name);
        trace.SetProperty("legendgroup", kind.Symbol);
        trace.SetProperty("showlegend", legend);
        trace.SetProperty("y", points.Select(point => Finite(kind.End(point))).ToArray());
        // One around the other where lines meet.
        trace.SetProperty("marker", new { color = ChartColor.Of(line.Place), size = 9 + (5 * line.Place), symbol = kind.Symbol, line = new { width = 2 } });
        return trace;
    }

    private static Trace Scatter(SweepLine line, string mode, SweepPoint[] points) => ChartLayout.Trace(
        "scatter",
        ("mode", mode),
        ("name", line.Name),
        ("x", points.Select(point => point.Fraction).ToArray()),
        ("text", points.Select(point => $"{line.Name}<br>{point}").ToArray()),
        ("hoverlabel", new { bordercolor = ChartColor.Of(line.Place) }),
        ("hovertemplate", "%{text}<extra></extra>"));

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static double Quantile(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var (below, above) = (sorted[(int)Math.Floor(place)], sorted[(int)Math.Ceiling(place)]);
        return double.IsFinite(above) ? below + ((place - Math.Floor(place)) * (above - below)) : above;
    }

    /// <summary>A way to say how long it took.</summary>
    /// <param name="Button">The button that shows it.</param>
    /// <param name="Axis">The axis's title.</param>
    /// <param name="Unit">The unit, in a hover text.</param>
    /// <param name="Of">Of a run; null where it did not get there.</param>
    /// <param name="LimitOf">What a run that did not get there is longer than; null where nobody can tell.</param>
    private sealed record Measure(string Button, string Axis, string Unit, Func<RunResult, double?> Of, Func<RunResult, double?> LimitOf);

    /// <summary>A way not to get there.</summary>
    private sealed record Failure(string Name, string Symbol, Func<SweepPoint, int> Count, Func<SweepPoint, double> End);

    private sealed record SweepLine(string Name, int Place, SweepPoint[] Points);

    /// <summary>The runs of a line at a training fraction; infinite is what is longer than the limit.</summary>
    private sealed record SweepPoint(double Fraction, string Unit, double[] Times, int Censored, double Limit, int Diverged, double DivergedAt)
    {
        public double Lower => Quantile(Times, 0.25);

        public double Median => Quantile(Times, 0.5);

        public double Upper => Quantile(Times, 0.75);

        public static SweepPoint Of(IGrouping<double, RunResult> runs, Measure measure)
        {
            var diverged = runs.Where(run => run.Outcome == RunOutcome.Diverged).ToList();
            var censored = runs.Except(diverged).Where(run => measure.Of(run) is null).ToList();
            return new SweepPoint(
                runs.Key, measure.Unit, [.. runs.Select(run => measure.Of(run) ?? double.PositiveInfinity).Order()],
                censored.Count, censored.Max(measure.LimitOf) ?? double.NaN,
                diverged.Count, diverged.Max(run => measure.LimitOf(run with { Settings = run.Settings with { Epochs = run.Epochs } })) ?? double.NaN);
        }

        public override string ToString()
        {
            string[] ends =
            [
                .. Censored > 0 ? [$"{Censored} did not reach {TrainingHistory.KnownAccuracy}% in {(double.IsNaN(Limit) ? "their epochs" : $"{Number(Limit)} {Unit}")}"] : Array.Empty<string>(),
                .. Diverged > 0 ? [$"{Diverged} diverged"] : Array.Empty<string>(),
            ];
            return $"median {Time(Median, 0.5)} {Unit}, quartiles {Time(Lower, 0.25)} and {Time(Upper, 0.75)}<br>{Times.Length} {(Times.Length == 1 ? "run" : "runs")}: "
                + (ends.Length == 0 ? $"all of them reached {TrainingHistory.KnownAccuracy}%" : string.Join(", ", ends));
        }

        // Beside a run without an end a quantile is only known to be more than it would be with that run at its limit.
        private string Time(double time, double share) => double.IsFinite(time) ? Number(time)
            : double.IsNaN(Limit) ? (Censored > 0 ? "over the limit" : "never")
            : $"over {Number(Quantile([.. Times.Select(one => double.IsFinite(one) ? one : Limit).Order()], share))}";

        private static string Number(double time) => time < 100 ? Invariant($"{time:0.#}") : Invariant($"{time:N0}");
    }
}
