using Grokking.Charts;
using Grokking.Training;
using Plotly.NET;

namespace Grokking.Tests.Charts;

public sealed class TrainingChartsTests
{
    private static readonly Dictionary<string, Func<TrainingHistory, GenericChart>> Draw = new()
    {
        ["loss"] = TrainingCharts.Loss,
        ["accuracy"] = TrainingCharts.Accuracy,
        ["norm"] = TrainingCharts.OutputLayerNorm,
    };

    public static TheoryData<string> Charts => [.. Draw.Keys];

    [Fact]
    public void The_loss_chart_has_the_seeds_title_names_and_buttons()
    {
        var figure = new Figure(TrainingCharts.Loss(Figure.History(3, _ => 1)));

        Assert.Equal("Loss Curve", (string)figure.Layout["title"]!["text"]!);
        Assert.Equal("epoch", (string)figure.Layout["xaxis"]!["title"]!["text"]!);
        Assert.Equal("loss", (string)figure.Layout["yaxis"]!["title"]!["text"]!);
        Assert.Equal(["Train Loss", "Val Loss"], figure.Traces.Select(trace => (string)trace!["name"]!));
        Assert.Equal(["Y Axis Linear Scale", "Y Axis Log Scale"], figure.ButtonLabels);
        Assert.Equal("linear", (string)figure.Buttons[0]!["args"]![0]!["yaxis.type"]!);
        Assert.Equal("log", (string)figure.Buttons[1]!["args"]![0]!["yaxis.type"]!);
    }

    [Fact]
    public void The_accuracy_chart_has_the_seeds_title_names_and_buttons()
    {
        var figure = new Figure(TrainingCharts.Accuracy(Figure.History(3, _ => 1)));

        Assert.Equal("Training Accuracy", (string)figure.Layout["title"]!["text"]!);
        Assert.Equal("epoch", (string)figure.Layout["xaxis"]!["title"]!["text"]!);
        Assert.Equal("accuracy", (string)figure.Layout["yaxis"]!["title"]!["text"]!);
        Assert.Equal(["Train Accuracy", "Val Accuracy"], figure.Traces.Select(trace => (string)trace!["name"]!));
        Assert.Equal(["X Axis Linear Scale", "X Axis Log Scale"], figure.ButtonLabels);
        Assert.Equal("log", (string)figure.Buttons[1]!["args"]![0]!["xaxis.type"]!);
    }

    [Fact]
    public void Each_line_shows_its_own_numbers()
    {
        var history = Figure.History(4, epoch => epoch + 0.5);

        Assert.Equal(history.Select(epoch => epoch.TrainingLoss), new Figure(TrainingCharts.Loss(history)).Y(0));
        Assert.Equal(history.Select(epoch => epoch.ValidationLoss), new Figure(TrainingCharts.Loss(history)).Y(1));
        Assert.Equal(history.Select(epoch => epoch.TrainingAccuracy), new Figure(TrainingCharts.Accuracy(history)).Y(0));
        Assert.Equal(history.Select(epoch => epoch.ValidationAccuracy), new Figure(TrainingCharts.Accuracy(history)).Y(1));
        Assert.Equal(history.Select(epoch => epoch.OutputLayerNorm), new Figure(TrainingCharts.OutputLayerNorm(history)).Y(0));
    }

    [Theory]
    [MemberData(nameof(Charts))]
    public void Epochs_count_from_1_so_that_a_log_axis_shows_the_first(string chart)
    {
        Assert.All(new Figure(Draw[chart](Figure.History(3, _ => 1))).Traces, trace =>
        {
            Assert.Equal(1, (int)trace!["x0"]!);
            Assert.Equal(1, (int)trace["dx"]!);
            Assert.Null(trace["x"]);
        });
    }

    [Theory]
    [MemberData(nameof(Charts))]
    public void A_chart_takes_the_width_and_the_background_of_its_page(string chart)
    {
        var layout = new Figure(Draw[chart](Figure.History(3, _ => 1))).Layout;

        Assert.Null(layout["width"]);
        Assert.True((bool)layout["autosize"]!);
        Assert.Equal(620, (int)layout["height"]!);
        Assert.Equal("rgba(0,0,0,0)", (string)layout["paper_bgcolor"]!);
        Assert.Equal("rgba(0,0,0,0)", (string)layout["plot_bgcolor"]!);
    }

    [Theory]
    [InlineData(2e-9, 5, 1)]
    [InlineData(1e-20, 5, 3)]
    [InlineData(0.3, 20, 1)]
    public void A_logarithmic_axis_of_losses_has_ticks_at_powers_of_ten_and_at_most_nine(double least, double most, int decades)
    {
        var buttons = new Figure(TrainingCharts.Loss(Figure.History(2, epoch => epoch == 0 ? least : most / 2))).Buttons;

        Assert.Null(buttons[0]!["args"]![0]!["yaxis.dtick"]);
        Assert.Equal(decades, (int)buttons[1]!["args"]![0]!["yaxis.dtick"]!);
    }

    [Fact]
    public void A_logarithmic_axis_without_two_powers_of_ten_has_plain_numbers()
    {
        var figure = new Figure(TrainingCharts.Loss(Figure.History(2, epoch => 1.5 + epoch)));

        Assert.Null(figure.Buttons[1]!["args"]![0]!["yaxis.dtick"]);
        Assert.Equal("~g", (string)figure.Layout["yaxis"]!["tickformat"]!);
    }

    [Theory]
    [MemberData(nameof(Charts))]
    public void A_chart_of_no_epochs_says_what_to_do(string chart)
    {
        var error = Assert.Throws<ArgumentException>(() => Draw[chart](new TrainingHistory()));

        Assert.Equal("The history has no epochs to draw yet: train the model first.", error.Message);
    }

    [Theory]
    [InlineData(1.23456789e-9)]
    [InlineData(4.6789012345)]
    [InlineData(99.98671625929862)]
    [InlineData(12345.678)]
    public void A_value_keeps_five_digits(double value)
    {
        var shown = new Figure(TrainingCharts.Loss(Figure.History(1, _ => value))).Y(0)[0];

        Assert.InRange(Math.Abs(shown - value) / value, 0, 5e-5);
        Assert.True(shown.ToString("R", System.Globalization.CultureInfo.InvariantCulture).Length <= 10);
    }

    [Fact]
    public void A_loss_that_is_no_number_leaves_a_figure_that_is_json()
    {
        var history = Figure.History(3, epoch => epoch == 1 ? double.NaN : epoch == 2 ? double.PositiveInfinity : 0);

        Assert.Equal(3, new Figure(TrainingCharts.Loss(history)).Traces[0]!["y"]!.AsArray().Count);
    }

    [Fact]
    public void All_charts_of_a_full_run_are_less_than_a_megabyte()
    {
        var noise = new Random(1);
        var history = Figure.History(20_000, _ => 1e-9 * (1 + noise.NextDouble()));

        Assert.InRange(Draw.Values.Sum(draw => new Figure(draw(history)).Json.Length), 1, 1_000_000);
    }
}
