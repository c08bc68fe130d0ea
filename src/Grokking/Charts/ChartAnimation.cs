using Plotly.NET;

namespace Grokking.Charts;

/// <summary>
/// Figures that change over a run's snapshots: plotly.js frames, a slider and buttons that play them. A figure has no place
/// for frames in Plotly.NET; they travel in the layout, as <c>layout.frames</c>, to whoever shows the chart.
/// </summary>
internal static class ChartAnimation
{
    private const int FrameMilliseconds = 150;

    private static readonly object AtOnce =
        new { mode = "immediate", frame = new { duration = 0, redraw = true }, transition = new { duration = 0 } };

    /// <summary>The buttons that play and stop the animation; it plays on from where it is, and from the start where it has ended.</summary>
    public static ChartButton[] Buttons { get; } =
    [
        new("Play", "animate",
        [
            null!,
            new { mode = "immediate", fromcurrent = true, frame = new { duration = FrameMilliseconds, redraw = true }, transition = new { duration = 0 } },
        ]),
        new("Pause", "animate", [new object?[] { null }, AtOnce]),
    ];

    /// <summary>A chart of the last frame, with a slider below it to look at the others.</summary>
    /// <param name="layout">The layout, with <see cref="Buttons"/>.</param>
    /// <param name="moments">The epochs after which each frame is.</param>
    /// <param name="still">Traces that do not change, drawn below the one that does.</param>
    /// <param name="frame">The trace of a frame.</param>
    public static GenericChart Of(Layout layout, IReadOnlyList<int> moments, IReadOnlyList<Trace> still, Func<int, Trace> frame)
    {
        string[] names = [.. moments.Select(epochs => FormattableString.Invariant($"{epochs:N0}"))];
        Trace[] traces = [.. Enumerable.Range(0, moments.Count).Select(frame)];
        layout.SetProperty(
            "frames", names.Zip(traces, (name, trace) => new { name, data = new[] { trace }, traces = new[] { still.Count } }));
        layout.SetProperty("height", 640);
        layout.SetProperty("sliders", new[]
        {
            new
            {
                active = names.Length - 1,
                currentvalue = new { prefix = "epochs trained: ", font = new { size = 14 } },
                pad = new { t = 44, b = 0 },
                steps = names.Select(name => new { label = name, method = "animate", args = new object[] { new[] { name }, AtOnce } }),
                font = new { size = 11 },
            },
        });
        return ChartLayout.Chart([.. still, traces[^1]], layout);
    }
}
