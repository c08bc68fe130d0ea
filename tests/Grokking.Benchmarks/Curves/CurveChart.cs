using System.Globalization;
using Grokking.Charts;
using Plotly.NET;

namespace Grokking.Benchmarks.Curves;

/// <summary>Validation accuracy against seconds of training, a line an engine; the legend says when each groks.</summary>
internal static class CurveChart
{
    // Before that there is nothing to see.
    private const double FirstSeconds = 0.1;

    private static readonly string[] Colors = [ChartColor.Blue, ChartColor.Vermilion, ChartColor.Green];

    public static GenericChart Of(IReadOnlyList<Curve> curves)
    {
        var layout = ChartLayout.Of("Validation accuracy against time: the same run, on the same machine", buttons: [], legend: true);
        layout.SetProperty("height", CurvePicture.Height);
        layout.SetProperty("paper_bgcolor", "white");
        var end = curves.Max(curve => curve.Points[^1].Seconds);
        layout.SetProperty(
            "xaxis",
            ChartLayout.Axis(
                ("title", new { text = "seconds of training" }), ("type", "log"), ("dtick", 1),
                ("range", new[] { Math.Log10(FirstSeconds), Math.Log10(Math.Max(end, 10 * FirstSeconds)) + 0.03 })));
        layout.SetProperty("yaxis", ChartLayout.Axis(("title", new { text = "validation accuracy" }), ("ticksuffix", "%")));
        return ChartLayout.Chart(curves.Zip(Colors, Line), layout);
    }

    private static Trace Line(Curve curve, string color)
    {
        var trace = new Trace("scatter");
        trace.SetProperty("mode", "lines");
        trace.SetProperty("name", Name(curve));
        trace.SetProperty("x", SignificantDigits.Round(curve.Points.Select(point => point.Seconds)));
        trace.SetProperty("y", SignificantDigits.Round(curve.Points.Select(point => point.ValidationAccuracy)));
        trace.SetProperty("line", new { color, width = 2 });
        return trace;
    }

    private static string Name(Curve curve) =>
        curve.Points.FirstOrDefault(point => point.ValidationAccuracy >= 99) is { Seconds: > 0 } reached
            ? string.Create(CultureInfo.InvariantCulture, $"{curve.Engine}: 99% after {FigureTable.Figure(reached.Seconds)} s")
            : curve.Engine;
}
