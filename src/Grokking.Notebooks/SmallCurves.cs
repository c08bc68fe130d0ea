using System.Globalization;
using System.Net;
using System.Text;
using static System.FormattableString;

namespace Grokking.Notebooks;

/// <summary>
/// Curves that grow while a loop goes on, as inline SVG without a script: alive in a saved notebook, in the page's own text colour.
/// Turns are on a logarithmic axis, on which learning by heart and understanding stand side by side.
/// </summary>
internal sealed class SmallCurves(int start, int end, string unit)
{
    private const int Width = 480;
    private const int Height = 90;
    private const int Points = 120;

    // Okabe and Ito's, which the charts have too: told apart by all eyes, and readable on light and dark.
    private static readonly string[] Colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"];

    private readonly List<(int Turn, double[] Values)> _points = [];
    private string[] _names = [];

    /// <summary>The latest point of each curve.</summary>
    public IEnumerable<(string Name, double Value)> Latest => _points.Count == 0 ? [] : _names.Zip(_points[^1].Values);

    /// <summary>Adds a point to each curve.</summary>
    /// <exception cref="ArgumentException">The curves are not those of the turn before.</exception>
    public void Add((string Name, double Value)[] values)
    {
        string[] names = [.. values.Select(value => value.Name)];
        if (_points.Count > 0 && !_names.SequenceEqual(names))
        {
            throw new ArgumentException($"The curves are {string.Join(", ", _names)}; each turn has to give these, not {string.Join(", ", names)}.");
        }

        _names = names;
        _points.Add((start + _points.Count + 1, [.. values.Select(value => value.Value)]));
    }

    /// <summary>The picture; nothing where there is nothing to draw yet.</summary>
    public string Svg()
    {
        var drawn = Drawn().Where(point => point.Values.All(double.IsFinite)).ToList();
        if (drawn.Count < 2)
        {
            return "";
        }

        var (low, high) = (drawn.Min(point => point.Values.Min()), drawn.Max(point => point.Values.Max()));
        var span = high > low ? high - low : 1;
        var lines = new StringBuilder();
        foreach (var (curve, name) in _names.Index())
        {
            var places = drawn.Select(point => Invariant($"{X(point.Turn):0.#},{4 + ((Height - 8) * (high - point.Values[curve]) / span):0.#}"));
            lines.Append(CultureInfo.InvariantCulture, $"""<polyline fill="none" stroke="{Colors[curve % Colors.Length]}" stroke-width="2" vector-effect="non-scaling-stroke" points="{string.Join(' ', places)}"/>""");
        }

        var key = string.Join(" · ", _names.Select((name, curve) => $"""<span style="color:{Colors[curve % Colors.Length]}">━</span> {WebUtility.HtmlEncode(name)}"""));
        var label = WebUtility.HtmlEncode(Invariant($"{string.Join(" and ", _names)} from {low:G3} to {high:G3}, over {unit}s on a logarithmic axis"));
        return $"""
            <div style="max-width:{Width}px"><svg role="img" aria-label="{label}" viewBox="0 0 {Width} {Height}" preserveAspectRatio="none" style="display:block;width:100%;height:{Height}px;border-bottom:1px solid;border-left:1px solid">{lines}</svg><div style="display:flex;justify-content:space-between;font-size:smaller"><span>{unit} {First:N0}</span><span>{key} · {Text(low)} to {Text(high)}</span><span>{end.ToString("N0", CultureInfo.InvariantCulture)}</span></div></div>
            """;
    }

    private int First => start + 1;

    private double X(int turn) => end == First ? Width : Width * Math.Log((double)turn / First) / Math.Log((double)end / First);

    // Evenly on the axis; the last one always.
    private IEnumerable<(int Turn, double[] Values)> Drawn()
    {
        var shown = double.NegativeInfinity;
        foreach (var (place, point) in _points.Index())
        {
            if (X(point.Turn) - shown >= (double)Width / Points || place == _points.Count - 1)
            {
                shown = X(point.Turn);
                yield return point;
            }
        }
    }

    private static string Text(double value) => value.ToString("G3", CultureInfo.InvariantCulture);
}
