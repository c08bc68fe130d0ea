using Grokking.Analysis;
using Grokking.Charts;
using Grokking.Training;
using Plotly.NET;

namespace Grokking.Tests.Charts;

public sealed class CircuitChartsTests
{
    private static readonly ProgressMeasures[] Training = [Measures(1), Measures(2)];
    private static readonly ProgressMeasures[] Validation = [Measures(3), Measures(4)];
    private static readonly ProgressMeasures[] Control = [Measures(5), Measures(6)];

    private static readonly FrequencyAblation[] Ablations = [new(6, new Evaluation(0.5, 91.94)), new(44, new Evaluation(3, 12))];

    private static readonly MagnitudePruning[] Prunings =
    [
        new(0, 0, new Evaluation(0.1, 100)), new(0.01, 0.2, new Evaluation(0.1, 99)), new(0.5, 0.9, new Evaluation(5, 3)),
    ];

    private static readonly Dictionary<string, Func<GenericChart>> Draw = new()
    {
        ["measures"] = () => CircuitCharts.ProgressMeasures([1, 100_001], Training, Validation, Control),
        ["ablation"] = () => CircuitCharts.Ablation(new Evaluation(0.1, 100), Ablations),
        ["pruning"] = () => CircuitCharts.Pruning(Prunings),
    };

    public static TheoryData<string> Charts => [.. Draw.Keys];

    [Fact]
    public void Each_measure_of_each_side_has_its_line_over_the_epochs_of_the_snapshots()
    {
        var figure = new Figure(Draw["measures"]());

        Assert.Equal(
            ["Train Loss", "Train Restricted", "Train Excluded", "Val Loss", "Val Restricted", "Val Excluded", "Val Restricted to random frequencies"],
            figure.Traces.Select(trace => (string)trace!["name"]!));
        Assert.All(figure.Traces, trace => Assert.Equal("[1,100001]", trace!["x"]!.ToJsonString().Replace(".0", "", StringComparison.Ordinal)));
        Assert.Equal([[1, 2], [11, 12], [21, 22], [3, 4], [13, 14], [23, 24], [15, 16]], Enumerable.Range(0, 7).Select(figure.Y));
        Assert.Equal(7, figure.Traces.Select(trace => ((string)trace!["line"]!["color"]!, (string)trace["line"]!["dash"]!)).Distinct().Count());
        Assert.Equal("log", (string)figure.Layout["yaxis"]!["type"]!);
        Assert.Equal(["X Axis Linear Scale", "X Axis Log Scale"], figure.ButtonLabels);
    }

    [Fact]
    public void Measures_that_do_not_fit_the_epochs_are_refused()
    {
        Assert.Equal(
            "There are 1 epochs, and 2, 2 and 2 measures; there has to be at least one epoch, and for each a measure of each side and of the control.",
            Assert.Throws<ArgumentException>(() => CircuitCharts.ProgressMeasures([1], Training, Validation, Control)).Message);
        Assert.Throws<ArgumentException>(() => CircuitCharts.ProgressMeasures([1, 2], Training, Validation[..1], Control));
        Assert.Throws<ArgumentException>(() => CircuitCharts.ProgressMeasures([], [], [], []));
    }

    [Fact]
    public void The_whole_network_stands_beside_the_ones_without_a_frequency()
    {
        var figure = new Figure(Draw["ablation"]());

        Assert.Equal(["none", "6", "44"], figure.Traces[0]!["x"]!.AsArray().Select(label => (string)label!));
        Assert.Equal([100, 91.94, 12], figure.Y(0));
        Assert.Equal(["100%", "91.9%", "12%"], figure.Traces[0]!["text"]!.AsArray().Select(label => (string)label!));
        Assert.Equal("category", (string)figure.Layout["xaxis"]!["type"]!);
    }

    [Fact]
    public void A_pruning_curve_has_the_reference_beside_it()
    {
        var figure = new Figure(CircuitCharts.Pruning(Prunings, new PruningReference("Author", 0.01, 0.37, 100)));

        Assert.Equal(["Accuracy", "Weights pruned", "Author: accuracy", "Author: weights pruned"], figure.Traces.Select(trace => (string)trace!["name"]!));
        // A logarithmic axis has no place for 0.
        Assert.Equal("[0.01,0.5]", figure.Traces[0]!["x"]!.ToJsonString());
        Assert.Equal([99, 3], figure.Y(0));
        Assert.Equal([20, 90], figure.Y(1));
        Assert.Equal((0.01, 100.0), ((double)figure.Traces[2]!["x"]![0]!, figure.Y(2)[0]));
        Assert.Equal((0.01, 37.0), ((double)figure.Traces[3]!["x"]![0]!, figure.Y(3)[0]));
        Assert.Equal(2, new Figure(Draw["pruning"]()).Traces.Count);
    }

    [Theory]
    [MemberData(nameof(Charts))]
    public void A_chart_takes_the_width_and_the_background_of_its_page(string chart)
    {
        var figure = new Figure(Draw[chart]());

        Assert.Null(figure.Layout["width"]);
        Assert.Equal("rgba(0,0,0,0)", (string)figure.Layout["paper_bgcolor"]!);
        Assert.False(string.IsNullOrEmpty((string)figure.Layout["title"]!["text"]!));
        Assert.All(figure.Traces, trace => Assert.EndsWith("<extra></extra>", (string)trace!["hovertemplate"]!));
    }

    private static ProgressMeasures Measures(double loss) =>
        new(new Evaluation(loss, 50), new Evaluation(loss + 10, 50), new Evaluation(loss + 20, 50));
}
