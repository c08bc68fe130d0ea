using Plotly.NET;
using static System.FormattableString;
using static TorchSharp.torch;

namespace Grokking.Charts;

/// <summary>What a transformer's heads look at.</summary>
public static class AttentionCharts
{
    /// <summary>How much each head reads of a, from 0 to 1, over the a × b grid; a button shows a head.</summary>
    /// <param name="pattern">Attention at the last token of all equations, a first, b changing fastest, <c>[p², heads, positions]</c>.</param>
    /// <param name="modulus">The modulus p.</param>
    /// <exception cref="ArgumentException">The tensor has another shape.</exception>
    public static GenericChart ToA(Tensor pattern, int modulus)
    {
        if (pattern.dim() != 3 || pattern.size(0) != modulus * modulus || pattern.size(1) == 0 || pattern.size(2) == 0)
        {
            throw new ArgumentException(
                $"The pattern has shape [{string.Join(", ", pattern.shape)}]; modulo {modulus} it has to be [{modulus * modulus}, heads, positions].",
                nameof(pattern));
        }

        using var scope = NewDisposeScope();
        var heads = (int)pattern.size(1);
        var shares = pattern.detach().select(2, 0).t().to(float64).contiguous().data<double>().ToArray();
        var numbers = Enumerable.Range(0, modulus).ToArray();
        var traces = Enumerable.Range(0, heads).Select(Head).ToArray();
        var layout = ChartLayout.Of(
            "Attention to a over a × b",
            [.. Enumerable.Range(0, heads).Select(shown => ChartButton.Show(Invariant($"Head {shown + 1}"), [.. traces.Select((_, head) => head == shown)]))],
            legend: false);
        layout.SetProperty("xaxis", ChartLayout.Axis(("title", new { text = "b" }), ("zeroline", false), ("showgrid", false)));
        layout.SetProperty("yaxis", ChartLayout.Axis(("title", new { text = "a" }), ("zeroline", false), ("showgrid", false)));
        return ChartLayout.Chart(traces, layout);

        Trace Head(int head) => ChartLayout.Trace(
            "heatmap",
            ("name", Invariant($"Head {head + 1}")),
            ("visible", head == 0),
            ("x", numbers),
            ("y", numbers),
            ("z", numbers.Select(a => numbers.Select(b => Math.Round(shares[(((head * modulus) + a) * modulus) + b], 3)))),
            ("zmin", 0),
            ("zmax", 1),
            ("colorscale", "Viridis"),
            ("colorbar", new { title = new { text = "attention to a", side = "right" } }),
            ("hovertemplate", Invariant($"head {head + 1}<br>a %{{y}}, b %{{x}}<br>%{{z:.3f}} of its attention on a<extra></extra>")));
    }
}
