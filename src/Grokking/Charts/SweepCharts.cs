using Grokking.Runs;
using Grokking.Sweeps;
using Grokking.Training;
using Plotly.NET;
using static System.FormattableString;

namespace Grokking.Charts;

/// <summary>What decides when a network groks.</summary>
public static class SweepCharts
{
    private static readonly string[] Dashes = ["solid", "dash", "dot", "dashdot"];

    // Whatever else differs between runs makes lines of their own.
    private static readonly Setting[] LineSettings =
        [.. Setting.All.Where(setting => setting.MattersToResults).ExceptBy(["operation", "modulus", "train_fraction", "seed", "data_seed"], setting => setting.Name)];

    /// <summary>
    /// Epochs until validation reaches 99% against the training fraction, one line per weight decay (and one for any other
    /// number that differs but the seeds): the median over the seeds, with bars from the lower to the upper quartile. A run
    /// that did not get there counts as longer than its limit: it moves the median, and an open marker at the limit says how
    /// many there were. Where that makes the median itself longer than the limit, the line has a gap.
    /// </summary>
    /// <remarks>Quantiles are those of Hyndman and Fan (1996), definition 7, NumPy's default; one that lies beside a run without an end has none either.</remarks>
    /// <exception cref="ArgumentException">There are no runs.</exception>
    public static GenericChart EpochsToGrok(IReadOnlyList<RunResult> runs)
    {
        if (runs.Count == 0)
        {
            throw new ArgumentException("There are no runs to draw yet: run the sweep first.");
        }

        Setting[] varying = [.. LineSettings.Where(setting => setting.Name == "weight_decay" || runs.Select(run => setting.Of(run.Settings)).Distinct().Count() > 1)];
        var tasks = runs.Select(run => Task(run.Settings)).Distinct().Count();
        SweepLine[] lines =
        [
            .. runs
                .GroupBy(run => string.Join(", ", varying.Select(setting => Invariant($"{setting.Label} {setting.Of(run.Settings)}")).Prepend(Task(run.Settings)).Skip(tasks > 1 ? 0 : 1)))
                .OrderBy(line => Task(line.First().Settings), StringComparer.Ordinal)
                .ThenBy(line => varying.Select(setting => setting.IsNumber ? setting.NumberOf(line.First().Settings) : 0).ToArray(), Comparer<double[]>.Create((one, other) => one.AsSpan().SequenceCompareTo(other)))
                .Select((line, i) => new SweepLine(line.Key, i, [.. line.GroupBy(run => run.Settings.TrainingFraction).OrderBy(point => point.Key).Select(SweepPoint.Of)])),
        ];

        var layout = ChartLayout.Of($"Epochs to {TrainingHistory.KnownAccuracy}% validation accuracy", buttons: [], legend: true);
        layout.SetProperty("xaxis", ChartLayout.Axis(("title", new { text = "training fraction" })));
        layout.SetProperty("yaxis", ChartLayout.Axis(("title", new { text = "epochs" }), ("type", "log"), ("tickformat", ",d")));
        layout.SetProperty("hovermode", "x");
        var censored = lines.Where(line => line.Points.Any(point => point.Censored > 0)).Select((line, i) => Censored(line, legend: i == 0));
        return ChartLayout.Chart([.. lines.Select(Median), .. censored], layout);
    }

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
            array = line.Points.Select(point => Finite(Math.Min(point.Upper, point.Limit) - point.Median)).ToArray(),
            arrayminus = line.Points.Select(point => Finite(point.Median - point.Lower)).ToArray(),
            thickness = 1.5,
        });
        return trace;
    }

    private static Trace Censored(SweepLine line, bool legend)
    {
        SweepPoint[] points = [.. line.Points.Where(point => point.Censored > 0)];
        var trace = Scatter(line, "markers", points);
        trace.SetProperty("name", "runs that did not get there (at their limit)");
        trace.SetProperty("legendgroup", "censored");
        trace.SetProperty("showlegend", legend);
        trace.SetProperty("y", points.Select(point => point.Limit).ToArray());
        // One around the other where lines meet.
        trace.SetProperty("marker", new { color = ChartColor.Of(line.Place), size = 9 + (5 * line.Place), symbol = "triangle-up-open", line = new { width = 2 } });
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

    private sealed record SweepLine(string Name, int Place, SweepPoint[] Points);

    /// <summary>The runs of a line at a training fraction; infinite is what is longer than the limit.</summary>
    private sealed record SweepPoint(double Fraction, double Lower, double Median, double Upper, int Runs, int Censored, int Limit)
    {
        public static SweepPoint Of(IGrouping<double, RunResult> runs)
        {
            double[] epochs = [.. runs.Select(run => run.EpochsToGrok ?? double.PositiveInfinity).Order()];
            return new SweepPoint(
                runs.Key, Quantile(epochs, 0.25), Quantile(epochs, 0.5), Quantile(epochs, 0.75),
                epochs.Length, epochs.Count(double.IsInfinity), runs.Max(run => run.Settings.Epochs));
        }

        public override string ToString()
        {
            var reached = Censored == 0 ? $"all of them reached {TrainingHistory.KnownAccuracy}%" : Invariant($"{Censored} did not reach {TrainingHistory.KnownAccuracy}% in {Limit:N0} epochs");
            return Invariant($"median {Epochs(Median)} epochs, quartiles {Epochs(Lower)} and {Epochs(Upper)}<br>{Runs} runs: {reached}");
        }

        private string Epochs(double epochs) => double.IsFinite(epochs) ? Invariant($"{epochs:N0}") : Invariant($"over {Limit:N0}");

        private static double Quantile(double[] sorted, double share)
        {
            var place = share * (sorted.Length - 1);
            var (below, above) = (sorted[(int)Math.Floor(place)], sorted[(int)Math.Ceiling(place)]);
            return double.IsFinite(above) ? below + ((place - Math.Floor(place)) * (above - below)) : above;
        }
    }
}
