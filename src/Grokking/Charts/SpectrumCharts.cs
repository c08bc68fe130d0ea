using System.Globalization;
using Grokking.Analysis;
using Plotly.NET;

namespace Grokking.Charts;

/// <summary>Which frequencies a network is made of. Shares are of the power around the mean, so without the constant.</summary>
public static class SpectrumCharts
{
    // Waves under a thousandth of a percent are shown as that: what rounding leaves is no structure.
    private const int LeastDecade = -3;

    /// <summary>
    /// The share of each frequency, one bar per frequency, the key frequencies named; and the mean, which white noise would have.
    /// </summary>
    /// <param name="spectrum">The spectrum of the embedding.</param>
    public static GenericChart Embedding(FourierSpectrum spectrum) => ByFrequency("Spectrum of the embedding", spectrum);

    /// <summary>The same of a transformer's <see cref="Models.OneLayerTransformer.NeuronLogitMap"/>, over the numbers that are answers.</summary>
    /// <param name="spectrum">The spectrum of the map's first p rows.</param>
    public static GenericChart NeuronLogitMap(FourierSpectrum spectrum) => ByFrequency("Spectrum of the neuron-logit map", spectrum);

    /// <summary>The share of each frequency in each of the embedding's columns, ordered by their strongest.</summary>
    /// <param name="spectrum">The spectrum of the embedding.</param>
    public static GenericChart EmbeddingNeurons(FourierSpectrum spectrum)
    {
        var (frequencies, width) = (spectrum.Neurons.GetLength(0), spectrum.Neurons.GetLength(1));
        double[] varying = [.. Enumerable.Range(0, width).Select(
            neuron => Enumerable.Range(1, frequencies - 1).Sum(k => spectrum.Neurons[k, neuron]))];
        return Neurons("Spectrum of each dimension of the embedding", "dimension", spectrum.Neurons, varying);
    }

    /// <summary>The share of each frequency alone in each hidden neuron over the a × b grid, ordered by their strongest.</summary>
    /// <param name="spectrum">The spectrum of the hidden layer.</param>
    public static GenericChart HiddenNeurons(GridSpectrum spectrum) =>
        Neurons("Spectrum of each hidden neuron", "neuron", spectrum.Neurons, spectrum.PowerAroundMean);

    /// <summary>
    /// The share of each wave over the a × b grid, in colours by powers of ten. Waves of a + b are on the rising diagonal, those of
    /// a − b on the falling one.
    /// </summary>
    /// <param name="spectrum">The spectrum of the logits.</param>
    public static GenericChart Logits(GridSpectrum spectrum)
    {
        var (rows, columns) = (spectrum.Power.GetLength(0), spectrum.Power.GetLength(1));
        var total = spectrum.PowerAroundMean.Sum();
        var shares = Rows(rows, columns, (a, b) => (a, b) == (0, rows - 1) || total == 0 ? null : 100 * spectrum.Power[a, b] / total);
        var decades = Enumerable.Range(LeastDecade, 2 - LeastDecade + 1).ToArray();
        var trace = Heatmap("share of the power", "wave of %{y}a + (%{x})b<br>%{customdata:.3~g}% of the power<extra></extra>");
        trace.SetProperty("x", Enumerable.Range(1 - rows, columns));
        trace.SetProperty("y", Enumerable.Range(0, rows));
        trace.SetProperty("z", shares.Select(row => row.Select(
            share => Rounded(share is null ? null : Math.Max(LeastDecade, Math.Log10(share.Value))))));
        trace.SetProperty("customdata", shares.Select(row => row.Select(Rounded)));
        trace.SetProperty("zmin", LeastDecade);
        trace.SetProperty("zmax", 2);
        trace.SetProperty("colorbar", new
        {
            title = new { text = "share of the power", side = "right" },
            tickvals = decades,
            ticktext = decades.Select(decade => string.Create(
                CultureInfo.InvariantCulture, $"{(decade == LeastDecade ? "≤ " : "")}{Math.Pow(10, decade):0.###}%")),
        });

        var layout = ChartLayout.Of("Spectrum of the logits over a × b", [], legend: false);
        layout.SetProperty("xaxis", ChartLayout.Axis(("title", new { text = "frequency of b" }), ("zeroline", false)));
        layout.SetProperty("yaxis", ChartLayout.Axis(("title", new { text = "frequency of a" }), ("zeroline", false)));
        return ChartLayout.Chart([trace], layout);
    }

    private static GenericChart ByFrequency(string title, FourierSpectrum spectrum)
    {
        var frequencies = Enumerable.Range(1, spectrum.Power.Count - 1).ToArray();
        var keys = spectrum.KeyFrequencies;
        var mean = new Trace("scatter");
        mean.SetProperty("mode", "lines");
        mean.SetProperty("name", "White noise");
        mean.SetProperty("x", new[] { 0.5, frequencies.Length + 0.5 });
        mean.SetProperty("y", new[] { 100.0 / frequencies.Length, 100.0 / frequencies.Length });
        mean.SetProperty("line", new { color = "rgb(128,128,128)", width = 2, dash = "dash" });
        mean.SetProperty("hoverinfo", "skip");

        var layout = ChartLayout.Of(title, [], legend: true);
        layout.SetProperty("xaxis", ChartLayout.Axis(
            ("title", new { text = "frequency" }), ("range", new[] { 0.2, frequencies.Length + 0.8 })));
        layout.SetProperty("yaxis", ChartLayout.Axis(
            ("title", new { text = "share of the power" }), ("ticksuffix", "%"), ("rangemode", "tozero")));
        layout.SetProperty("barmode", "overlay");
        layout.SetProperty("hovermode", "closest");
        return ChartLayout.Chart(
            [
                Bars("Key frequencies", ChartColor.Vermilion, keys, named: true),
                Bars("Other frequencies", ChartColor.Blue, [.. frequencies.Except(keys)], named: false),
                mean,
            ],
            layout);

        Trace Bars(string name, string color, IReadOnlyList<int> bars, bool named)
        {
            var trace = new Trace("bar");
            trace.SetProperty("name", name);
            trace.SetProperty("x", bars);
            trace.SetProperty("y", SignificantDigits.Round(bars.Select(k => 100 * spectrum.ShareOf([k]))));
            trace.SetProperty("marker", new { color });
            trace.SetProperty("hovertemplate", "frequency %{x}<br>%{y:.2f}% of the power<extra></extra>");
            if (named)
            {
                trace.SetProperty("text", bars);
                trace.SetProperty("textposition", "outside");
                trace.SetProperty("cliponaxis", false);
            }

            return trace;
        }
    }

    private static GenericChart Neurons(string title, string noun, double[,] power, IReadOnlyList<double> varying)
    {
        var frequencies = power.GetLength(0) - 1;
        int[] order = [.. Enumerable.Range(0, varying.Count)
            .OrderBy(neuron => Enumerable.Range(1, frequencies).MaxBy(k => power[k, neuron]))
            .ThenByDescending(neuron => Enumerable.Range(1, frequencies).Max(k => Share(k, neuron)))];
        var trace = Heatmap("share of the power", $"{noun} %{{x}}, frequency %{{y}}<br>%{{z:.1f}}% of the power<extra></extra>");
        trace.SetProperty("x", order.Select(neuron => neuron.ToString(CultureInfo.InvariantCulture)));
        trace.SetProperty("y", Enumerable.Range(1, frequencies));
        trace.SetProperty("z", Rows(frequencies, order.Length, (row, column) => Rounded(Share(row + 1, order[column]))));
        trace.SetProperty("zmin", 0);
        trace.SetProperty("colorbar", new { title = new { text = "share of the power", side = "right" }, ticksuffix = "%" });

        var layout = ChartLayout.Of(title, [], legend: false);
        layout.SetProperty("xaxis", ChartLayout.Axis(
            ("title", new { text = $"{noun}, ordered by its strongest frequency" }),
            ("type", "category"), ("showticklabels", false), ("ticks", ""), ("showgrid", false)));
        layout.SetProperty("yaxis", ChartLayout.Axis(("title", new { text = "frequency" }), ("showgrid", false)));
        return ChartLayout.Chart([trace], layout);

        double? Share(int k, int neuron) => varying[neuron] > 0 ? 100 * power[k, neuron] / varying[neuron] : 0;
    }

    private static Trace Heatmap(string name, string hover) => ChartLayout.Trace(
        "heatmap",
        ("name", name),
        ("colorscale", "Viridis"),
        ("hoverongaps", false),
        ("hovertemplate", hover));

    private static double?[][] Rows(int rows, int columns, Func<int, int, double?> value) =>
        [.. Enumerable.Range(0, rows).Select(row => Enumerable.Range(0, columns).Select(column => value(row, column)).ToArray())];

    private static double? Rounded(double? value) => value is null ? null : SignificantDigits.Round([value.Value])[0];
}
