using Grokking.Charts;

namespace Grokking.Tests.Charts;

public sealed class EmbeddingChartsTests
{
    private static readonly double[,] Three = { { 1, 2 }, { 3, 4 }, { 5, 6 } };
    private static readonly double[,] Two = { { -1, -2 }, { -3, -4 } };

    [Fact]
    public void The_buttons_show_one_layer_each_and_the_embedding_first()
    {
        var figure = new Figure(EmbeddingCharts.Circles(Three, ["0", "+", "="], Two, ["0", "1"]));

        Assert.Equal("Layer weights", (string)figure.Layout["title"]!["text"]!);
        Assert.Equal(["Embedding layer", "Output layer’s logits"], figure.ButtonLabels);
        Assert.Equal([true, false], figure.Traces.Select(trace => (bool)trace!["visible"]!));
        Assert.Equal("[true,false]", figure.Buttons[0]!["args"]![0]!["visible"]!.ToJsonString());
        Assert.Equal("[false,true]", figure.Buttons[1]!["args"]![0]!["visible"]!.ToJsonString());
    }

    [Fact]
    public void Each_point_stands_at_its_scores_with_its_label()
    {
        var figure = new Figure(EmbeddingCharts.Circles(Three, ["0", "+", "="], Two, ["0", "1"]));

        Assert.Equal("[1.0,3.0,5.0]", figure.Traces[0]!["x"]!.ToJsonString());
        Assert.Equal("[2.0,4.0,6.0]", figure.Traces[0]!["y"]!.ToJsonString());
        Assert.Equal(["0", "+", "="], figure.Traces[0]!["text"]!.AsArray().Select(label => (string)label!));
        Assert.Equal(["0", "1"], figure.Traces[1]!["text"]!.AsArray().Select(label => (string)label!));
        Assert.All(figure.Traces, trace => Assert.Equal("markers+text", (string)trace!["mode"]!));
    }

    [Fact]
    public void The_axis_says_by_how_much_the_radius_of_the_numbers_varies_whichever_layer_is_shown()
    {
        // A unit square's corners are a circle; '+' in its middle is no number. Radii of 1 and 3 vary by 1 of 2.
        double[,] square = { { 1, 1 }, { 1, -1 }, { -1, 1 }, { -1, -1 }, { 0, 0 } };
        double[,] cross = { { 1, 0 }, { -1, 0 }, { 0, 3 }, { 0, -3 } };
        var figure = new Figure(EmbeddingCharts.Circles(square, ["0", "1", "2", "3", "+"], cross, ["0", "1", "2", "3"]));

        Assert.Equal("first principal component<br>(the numbers’ radius varies by 0%)", (string)figure.Layout["xaxis"]!["title"]!["text"]!);
        Assert.Equal("first principal component<br>(the numbers’ radius varies by 50%)", (string)figure.Buttons[1]!["args"]![1]!["xaxis.title.text"]!);
        Assert.Equal("second principal component", (string)figure.Layout["yaxis"]!["title"]!["text"]!);
    }

    [Fact]
    public void Both_axes_have_one_scale()
    {
        var layout = new Figure(EmbeddingCharts.Circles(Three, ["0", "+", "="], Two, ["0", "1"])).Layout;

        Assert.Equal("x", (string)layout["yaxis"]!["scaleanchor"]!);
        Assert.Equal(1, (int)layout["yaxis"]!["scaleratio"]!);
    }

    [Fact]
    public void Points_that_do_not_fit_their_labels_are_named()
    {
        Assert.Throws<ArgumentException>(() => EmbeddingCharts.Circles(new double[2, 1], ["0", "1"], Two, ["0", "1"]));
        var error = Assert.Throws<ArgumentException>(() => EmbeddingCharts.Circles(Three, ["0", "1"], Two, ["0", "1"]));

        Assert.Contains("'Embedding layer'", error.Message);
        Assert.Contains("[3, 2] and 2 labels", error.Message);
    }
}
