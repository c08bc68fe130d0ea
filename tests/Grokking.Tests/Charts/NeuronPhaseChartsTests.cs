using Grokking.Analysis;
using Grokking.Charts;

namespace Grokking.Tests.Charts;

public sealed class NeuronPhaseChartsTests
{
    private static readonly NeuronPhases[] Neurons = [new(4, 9, 3, 1, -2.25), new(0, 2, 0.5, 1, 1.5), new(7, 9, 0, 0, 0.25)];

    [Fact]
    public void A_neuron_is_a_point_and_a_frequency_a_colour()
    {
        var figure = new Figure(NeuronPhaseCharts.Sums(Neurons));

        Assert.Equal(["k = 2", "k = 9"], figure.Traces.Skip(1).Select(trace => (string)trace!["name"]!));
        Assert.Equal([1.5], figure.Y(1));
        Assert.Equal([-2.25, 0.25], figure.Y(2));
        Assert.Equal(4 - (2 * Math.PI), (double)figure.Traces[2]!["x"]![0]!, 1e-4);
        Assert.Equal("[4,3,1]", figure.Traces[2]!["customdata"]![0]!.ToJsonString().Replace(".0", "", StringComparison.Ordinal));
        Assert.Equal(["−π", "0", "π"], figure.Layout["yaxis"]!["ticktext"]!.AsArray().Select(text => (string)text!));
        Assert.Single(new Figure(NeuronPhaseCharts.Sums([])).Traces);
    }

    [Fact]
    public void The_spread_stands_beside_the_validation_accuracy()
    {
        var history = Figure.History(3, _ => 1);
        var figure = new Figure(NeuronPhaseCharts.Spread([1, 3], [0.9, 0.1], history));

        Assert.Equal([0.9, 0.1], figure.Y(0));
        Assert.Equal(3, figure.Y(1).Length);
        Assert.Equal("y2", (string)figure.Traces[1]!["yaxis"]!);
        Assert.StartsWith(
            "There are 2 snapshots, 1 variances and 3 epochs;",
            Assert.Throws<ArgumentException>(() => NeuronPhaseCharts.Spread([1, 2], [0.5], history)).Message);
    }
}
