using System.Globalization;
using Grokking.Analysis;
using Plotly.NET;

namespace Grokking.Charts;

/// <summary>What the network's layers hold, projected to the plane.</summary>
public static class EmbeddingCharts
{
    /// <summary>
    /// The embedding and the answers as labelled points on axes of equal scale; buttons choose. The axis says by how much the numbers'
    /// distance from their middle varies: see <see cref="RadiusVariation"/>.
    /// </summary>
    /// <param name="embedding">The embedding layer's tokens on two principal components, <c>[tokens, 2]</c>.</param>
    /// <param name="embeddingLabels">One label per token.</param>
    /// <param name="output">The logits of some equations on two principal components, <c>[equations, 2]</c>.</param>
    /// <param name="outputLabels">One label per equation.</param>
    /// <exception cref="ArgumentException">There are no two components, or not as many labels as points.</exception>
    public static GenericChart Circles(
        double[,] embedding, IReadOnlyList<string> embeddingLabels, double[,] output, IReadOnlyList<string> outputLabels)
    {
        Trace[] traces =
        [
            Points("Embedding layer", embedding, embeddingLabels, ChartColor.Blue, visible: true),
            Points("Output layer’s logits", output, outputLabels, ChartColor.Vermilion, visible: false),
        ];
        var layout = ChartLayout.Of(
            "Layer weights",
            [
                ChartButton.Show("Embedding layer", [true, false], XTitle(embedding, embeddingLabels)),
                ChartButton.Show("Output layer’s logits", [false, true], XTitle(output, outputLabels)),
            ],
            legend: false);
        layout.SetProperty("xaxis", ChartLayout.Axis(("title", new { text = XTitle(embedding, embeddingLabels)["xaxis.title.text"] })));
        layout.SetProperty("yaxis", ChartLayout.Axis(("title", new { text = "second principal component" }), ("scaleanchor", "x"), ("scaleratio", 1)));
        layout.SetProperty("hovermode", "closest");
        return ChartLayout.Chart(traces, layout);
    }

    /// <summary>Points with a label each.</summary>
    /// <param name="name">What the points are.</param>
    /// <param name="places">Where they are, <c>[n, 2]</c>.</param>
    /// <param name="labels">A sequence of n labels.</param>
    /// <param name="color">Their colour.</param>
    internal static Trace Labelled(string name, double[,] places, object labels, string color) => ChartLayout.Trace(
        "scatter",
        ("mode", "markers+text"),
        ("name", name),
        ("x", Column(places, 0)),
        ("y", Column(places, 1)),
        ("text", labels),
        ("textposition", "top center"),
        ("textfont", new { size = 11 }),
        ("marker", new { color, size = 7 }),
        ("hovertemplate", "%{text}: (%{x:.3~g}, %{y:.3~g})<extra></extra>"));

    private static Dictionary<string, object> XTitle(double[,] scores, IReadOnlyList<string> labels)
    {
        int[] numbers = [.. Enumerable.Range(0, Math.Min(labels.Count, scores.GetLength(0))).Where(point => int.TryParse(labels[point], CultureInfo.InvariantCulture, out _))];
        var points = new double[numbers.Length, 2];
        for (var i = 0; i < numbers.Length; i++)
        {
            (points[i, 0], points[i, 1]) = (scores[numbers[i], 0], scores[numbers[i], 1]);
        }

        var varies = numbers.Length > 1 ? FormattableString.Invariant($"<br>(the numbers’ radius varies by {100 * RadiusVariation.Of(points):F0}%)") : "";
        return new() { ["xaxis.title.text"] = "first principal component" + varies };
    }

    private static Trace Points(string name, double[,] scores, IReadOnlyList<string> labels, string color, bool visible)
    {
        if (scores.GetLength(1) != 2 || scores.GetLength(0) != labels.Count)
        {
            throw new ArgumentException(
                $"'{name}' has points of shape [{scores.GetLength(0)}, {scores.GetLength(1)}] and {labels.Count} labels; it has to be [n, 2] and n labels.");
        }

        var trace = Labelled(name, scores, labels, color);
        trace.SetProperty("visible", visible);
        return trace;
    }

    private static double[] Column(double[,] places, int axis) =>
        SignificantDigits.Round(Enumerable.Range(0, places.GetLength(0)).Select(point => places[point, axis]));
}
