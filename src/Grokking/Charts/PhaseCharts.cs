using Grokking.Runs;
using Grokking.Sweeps;
using MathNet.Numerics.Statistics;
using Plotly.NET;
using static System.FormattableString;

namespace Grokking.Charts;

/// <summary>Where in the plane of two settings a network groks.</summary>
public static class PhaseCharts
{
    private const int Phases = 5;

    // Light and dark of each phase, in their order; the shade of grokking is its delay.
    private static readonly (string Light, string Dark)[] Colours =
        [("#7fd1b9", "#7fd1b9"), ("#f7c9a0", "#b34700"), ("#8fbfe0", "#8fbfe0"), ("#b5b5b5", "#b5b5b5"), ("#cc79a7", "#cc79a7")];

    /// <summary>
    /// A tile a pair of values, coloured by its phase (see <see cref="LearningPhase"/>) and, where it groks, shaded by its delay: of
    /// several seeds the phase that most have, or the later one of two, and the median delay of those that got there. A click on a tile, or the arrow keys, shows the accuracies of its runs below.
    /// </summary>
    /// <param name="runs">The runs of a grid.</param>
    /// <param name="across">The setting on the x axis, by its <see cref="Setting.Name"/>, such as <c>train_fraction</c>.</param>
    /// <param name="up">The setting on the y axis, such as <c>weight_decay</c>.</param>
    /// <exception cref="ArgumentException">There are no runs, or no such setting.</exception>
    public static GenericChart Plane(IReadOnlyList<RunResult> runs, string across = "train_fraction", string up = "weight_decay")
    {
        if (runs.Count == 0)
        {
            throw new ArgumentException("There are no runs to draw yet: run the sweep first.");
        }

        var (x, y) = (Setting.Named(across), Setting.Named(up));
        var (columns, rows) = (Values(x, runs), Values(y, runs));
        PhaseTile?[] tiles = [.. rows.SelectMany(row => columns.Select(column => PhaseTile.Of(column, row, [.. runs.Where(run => x.Of(run.Settings) == column && y.Of(run.Settings) == row)], x, y)))];
        var longest = tiles.Max(tile => tile is { Phase: LearningPhase.Grokking, Delay: { } delay } ? delay : 1);
        var shown = Math.Max(0, Array.FindIndex(tiles, tile => tile?.Phase == LearningPhase.Grokking));
        var layout = ChartLayout.Of("Phases of learning", [], legend: true);
        layout.SetProperty("height", 680);
        layout.SetProperty("xaxis", Places(x, columns));
        layout.SetProperty("yaxis", Places(y, rows, ("domain", new[] { 0.58, 1 })));
        layout.SetProperty("xaxis2", ChartLayout.Steps(("anchor", "y2")));
        layout.SetProperty("yaxis2", ChartLayout.Axis(("title", new { text = "accuracy" }), ("ticksuffix", "%"), ("range", new[] { 0, 105 }), ("domain", new[] { 0, 0.28 }), ("anchor", "x2")));
        layout.SetProperty("annotations", new[] { new { text = tiles[shown]?.Title ?? "", xref = "paper", yref = "paper", x = 0, y = 0.29, xanchor = "left", yanchor = "bottom", showarrow = false, align = "left" } });
        layout.SetProperty("hovermode", "closest");
        layout.SetProperty("meta", new { columns = columns.Length, shown, tiles = tiles.Select(tile => tile?.Meta).ToArray() });
        return ChartLayout.Chart(
            [
                Map(columns, rows, tiles, longest),
                Curve("training accuracy", ChartColor.Blue, tiles[shown]?.Training),
                Curve("validation accuracy", ChartColor.Vermilion, tiles[shown]?.Validation),
                .. tiles.OfType<PhaseTile>().Select(tile => tile.Phase).Distinct().Order().Select(Legend),
            ],
            layout);
    }

    private static string[] Values(Setting setting, IReadOnlyList<RunResult> runs)
    {
        var values = runs.DistinctBy(run => setting.Of(run.Settings)).ToArray();
        return [.. (setting.IsNumber ? values.OrderBy(run => setting.NumberOf(run.Settings)) : values.OrderBy(run => setting.Of(run.Settings), StringComparer.Ordinal)).Select(run => setting.Of(run.Settings))];
    }

    // Tiles of one size, whatever the values.
    private static Plotly.NET.LayoutObjects.LinearAxis Places(Setting setting, string[] values, params (string Name, object Value)[] more) => ChartLayout.Axis(
        [
            ("title", new { text = setting.Label }), ("tickvals", Enumerable.Range(0, values.Length).ToArray()), ("ticktext", values),
            ("showgrid", false), ("zeroline", false), ("fixedrange", true), .. more,
        ]);

    private static Trace Map(string[] columns, string[] rows, PhaseTile?[] tiles, double longest) => ChartLayout.Trace(
        "heatmap",
        ("x", Enumerable.Range(0, columns.Length).ToArray()),
        ("y", Enumerable.Range(0, rows.Length).ToArray()),
        ("z", tiles.Chunk(columns.Length).Select(row => row.Select(tile => tile?.Shade(longest)).ToArray()).ToArray()),
        ("text", tiles.Chunk(columns.Length).Select(row => row.Select(tile => tile?.Title ?? "").ToArray()).ToArray()),
        ("hovertemplate", "%{text}<extra></extra>"),
        ("zmin", 0),
        ("zmax", Phases),
        ("showscale", false),
        ("xgap", 2),
        ("ygap", 2),
        ("colorscale", Colours.SelectMany((colour, i) => new object[][] { [(double)i / Phases, colour.Light], [i == Phases - 1 ? 1 : (i + 0.999) / Phases, colour.Dark] }).ToArray()));

    private static Trace Curve(string name, string color, Points? points) => ChartLayout.Trace(
        "scatter",
        ("mode", "lines"),
        ("name", name),
        ("x", points?.Steps ?? []),
        ("y", points?.Accuracies ?? []),
        ("xaxis", "x2"),
        ("yaxis", "y2"),
        ("line", new { color, width = 2 }),
        ("hovertemplate", "%{x:,} steps: %{y:.1f}%<extra></extra>"));

    // A square in the legend that stands for a phase.
    private static Trace Legend(LearningPhase phase) => ChartLayout.Trace(
        "scatter",
        ("mode", "markers"),
        ("name", phase == LearningPhase.Grokking ? "grokking (darker: later)" : Name(phase)),
        ("x", new double?[] { null }),
        ("y", new double?[] { null }),
        ("xaxis", "x2"),
        ("yaxis", "y2"),
        ("marker", new { symbol = "square", size = 12, color = Colours[(int)phase].Dark }));

    private static string Name(LearningPhase phase) => phase.ToString().ToLowerInvariant();

    /// <summary>Runs one after the other as one line, with gaps between them.</summary>
    private sealed record Points(long?[] Steps, double?[] Accuracies)
    {
        public static Points Of(IReadOnlyList<RunResult> runs, Func<Training.EpochRecord, double> accuracy) => new(
            [.. runs.SelectMany(run => run.Curve.Select(epoch => (long?)epoch.Step).Append(null))],
            [.. runs.SelectMany(run => run.Curve.Select(epoch => (double?)Math.Round(accuracy(epoch), 1)).Append(null))]);
    }

    /// <summary>What became of the runs of one pair of values.</summary>
    private sealed record PhaseTile(LearningPhase Phase, double? Delay, string Title, Points Training, Points Validation)
    {
        /// <summary>What the page draws when the tile is chosen.</summary>
        public object Meta => new { title = Title, steps = Training.Steps, training = Training.Accuracies, validation = Validation.Accuracies };

        public static PhaseTile? Of(string column, string row, RunResult[] runs, Setting x, Setting y)
        {
            if (runs.Length == 0)
            {
                return null;
            }

            var phases = runs.GroupBy(LearningPhases.PhaseOf).OrderByDescending(group => group.Count()).ThenByDescending(group => group.Key).ToList();
            double[] delays = [.. runs.Select(LearningPhases.DelayOf).OfType<double>()];
            double? delay = delays.Length > 0 ? delays.Median() : null;
            var counts = string.Join(", ", phases.Select(phase => runs.Length == 1 ? Name(phase.Key) : $"{Name(phase.Key)} {phase.Count()} of {runs.Length}"));
            var late = delay is { } times ? Invariant($"<br>validation: {times:0.#} × training’s steps to 90%") : "";
            return new PhaseTile(
                phases[0].Key, delay, $"{x.Label} {column}, {y.Label} {row}<br>{counts}{late}",
                Points.Of(runs, epoch => epoch.TrainingAccuracy), Points.Of(runs, epoch => epoch.ValidationAccuracy));
        }

        /// <summary>The phase's place on the scale of colours; within it, how late validation was.</summary>
        public double Shade(double longest) =>
            (int)Phase + (Phase == LearningPhase.Grokking && Delay is { } times && longest > 2 ? Math.Clamp(Math.Log(times / 2) / Math.Log(longest / 2), 0, 0.99) : 0.5);
    }
}
