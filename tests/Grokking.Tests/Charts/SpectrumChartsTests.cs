using System.Text.Json.Nodes;
using Grokking.Analysis;
using Grokking.Charts;
using Plotly.NET;
using static TorchSharp.torch;

namespace Grokking.Tests.Charts;

public sealed class SpectrumChartsTests
{
    private const int P = 11;

    private static readonly Dictionary<string, Func<GenericChart>> Draw = new()
    {
        ["embedding"] = () => SpectrumCharts.Embedding(Embedding()),
        ["embedding neurons"] = () => SpectrumCharts.EmbeddingNeurons(Embedding()),
        ["hidden neurons"] = () => SpectrumCharts.HiddenNeurons(Grid()),
        ["logits"] = () => SpectrumCharts.Logits(Grid()),
    };

    public static TheoryData<string> Charts => [.. Draw.Keys];

    [Fact]
    public void Each_frequency_has_a_bar_of_its_share_and_the_key_frequencies_have_their_names()
    {
        var figure = new Figure(SpectrumCharts.Embedding(Embedding()));

        Assert.Equal(["Key frequencies", "Other frequencies", "White noise"], figure.Traces.Select(trace => (string)trace!["name"]!));
        Assert.Equal("[3]", figure.Traces[0]!["x"]!.ToJsonString());
        Assert.Equal("[3]", figure.Traces[0]!["text"]!.ToJsonString());
        Assert.Equal("[1,2,4,5]", figure.Traces[1]!["x"]!.ToJsonString());
        Assert.Null(figure.Traces[1]!["text"]);
        // Two columns of frequency 3 with amplitude 2, one of frequency 4 with amplitude 1: 8 parts and 1.
        Assert.Equal(88.889, figure.Y(0)[0], 1e-3);
        Assert.Equal(11.111, figure.Y(1)[2], 1e-3);
        Assert.Equal([20, 20], figure.Y(2));
    }

    [Fact]
    public void Columns_are_ordered_by_their_strongest_frequency_and_keep_their_number()
    {
        var trace = new Figure(SpectrumCharts.EmbeddingNeurons(Embedding())).Traces[0]!;

        // Columns 0 and 2 follow frequency 3, and column 1 frequency 4.
        Assert.Equal(["0", "2", "1"], Texts(trace["x"]!));
        Assert.Equal("[1,2,3,4,5]", trace["y"]!.ToJsonString());
        Assert.Equal([100, 100, 0], Row(trace, 2), (one, other) => Math.Abs(one - other) < 1e-9);
        Assert.Equal([0, 0, 100], Row(trace, 3), (one, other) => Math.Abs(one - other) < 1e-9);
        Assert.StartsWith("dimension %{x}, frequency %{y}", (string)trace["hovertemplate"]!);
    }

    [Fact]
    public void A_hidden_neurons_share_is_of_all_that_it_does_and_a_dead_one_has_none()
    {
        var trace = new Figure(SpectrumCharts.HiddenNeurons(Grid())).Traces[0]!;

        // Neuron 0 is dead, neuron 1 the waves of 2a + 2b and of 1a + 4b, equally strong, of which the second mixes frequencies.
        Assert.Equal(["0", "1"], Texts(trace["x"]!));
        Assert.Equal([0, 50], Row(trace, 1), (one, other) => Math.Abs(one - other) < 1e-9);
        Assert.Equal([0, 0], Row(trace, 3), (one, other) => Math.Abs(one - other) < 1e-9);
    }

    [Fact]
    public void A_wave_stands_at_its_two_frequencies_in_powers_of_ten()
    {
        var trace = new Figure(SpectrumCharts.Logits(Grid())).Traces[0]!;

        Assert.Equal("[-5,-4,-3,-2,-1,0,1,2,3,4,5]", trace["x"]!.ToJsonString());
        Assert.Equal("[0,1,2,3,4,5]", trace["y"]!.ToJsonString());
        Assert.Equal(Math.Log10(50), Row(trace, 2)[5 + 2], 1e-4);
        Assert.Equal(Math.Log10(50), Row(trace, 1)[5 + 4], 1e-4);
        Assert.Equal(-3, Row(trace, 2)[5 - 2]);
        Assert.Equal(50, (double)trace["customdata"]![2]![5 + 2]!, 1e-3);
        // What is constant is no wave.
        Assert.Null(trace["z"]![0]![5]);
        Assert.Equal(["≤ 0.001%", "0.01%", "0.1%", "1%", "10%", "100%"], Texts(trace["colorbar"]!["ticktext"]!));
    }

    [Theory]
    [MemberData(nameof(Charts))]
    public void A_chart_takes_the_width_and_the_background_of_its_page(string chart)
    {
        var figure = new Figure(Draw[chart]());

        Assert.Null(figure.Layout["width"]);
        Assert.Equal("rgba(0,0,0,0)", (string)figure.Layout["paper_bgcolor"]!);
        Assert.False(string.IsNullOrEmpty((string)figure.Layout["title"]!["text"]!));
        Assert.All(figure.Traces, trace => Assert.False(string.IsNullOrEmpty((string)trace!["name"]!)));
    }

    [Fact]
    public void What_does_not_vary_has_charts_of_nothing()
    {
        using var constant = ones(P, 3);
        using var grid = ones(P * P, 2);

        Assert.Equal("[]", new Figure(SpectrumCharts.Embedding(FourierSpectrum.Of(constant))).Traces[0]!["x"]!.ToJsonString());
        Assert.All(Row(new Figure(SpectrumCharts.EmbeddingNeurons(FourierSpectrum.Of(zeros(P, 3)))).Traces[0]!, 0), share => Assert.Equal(0, share));
        Assert.All(Row(new Figure(SpectrumCharts.Logits(GridSpectrum.Of(grid, P))).Traces[0]!, 1), decade => Assert.InRange(decade, -3, 2));
        Assert.Equal(P, new Figure(SpectrumCharts.Logits(GridSpectrum.Of(zeros(P * P, 2), P))).Traces[0]!["z"]![1]!.AsArray().Count);
    }

    private static FourierSpectrum Embedding()
    {
        var columns = new double[P, 3];
        for (var n = 0; n < P; n++)
        {
            columns[n, 0] = 2 * Math.Cos(2 * Math.PI * 3 * n / P);
            columns[n, 1] = 5 + Math.Sin(2 * Math.PI * 4 * n / P);
            columns[n, 2] = 2 * Math.Sin(2 * Math.PI * 3 * n / P);
        }

        return FourierSpectrum.Of(tensor(columns));
    }

    private static GridSpectrum Grid()
    {
        var values = new double[P * P, 2];
        for (var i = 0; i < P * P; i++)
        {
            var (a, b) = (i / P, i % P);
            values[i, 1] = 3 + Math.Cos(2 * Math.PI * ((2 * a) + (2 * b)) / P) + Math.Sin(2 * Math.PI * (a + (4 * b)) / P);
        }

        return GridSpectrum.Of(tensor(values), P);
    }

    private static double[] Row(JsonNode trace, int row) => [.. trace["z"]![row]!.AsArray().Where(value => value is not null).Select(value => (double)value!)];

    private static string[] Texts(JsonNode values) => [.. values.AsArray().Select(value => (string)value!)];
}
