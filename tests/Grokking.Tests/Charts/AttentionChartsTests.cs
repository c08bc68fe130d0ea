using Grokking.Charts;
using static TorchSharp.torch;

namespace Grokking.Tests.Charts;

public sealed class AttentionChartsTests
{
    [Fact]
    public void Each_head_has_a_grid_with_a_upwards_and_a_button_that_shows_it_alone()
    {
        // Head h gives a + 10 b + 100 h thousandths to a, and the rest to b.
        using var scope = NewDisposeScope();
        var toA = arange(3).view(3, 1, 1).add(arange(3).view(1, 3, 1).mul(10)).add(arange(2).view(1, 1, 2).mul(100)).view(9, 2).to(float32).div(1000);
        var figure = new Figure(AttentionCharts.ToA(stack([toA, 1 - toA], 2), 3));

        Assert.Equal(["Head 1", "Head 2"], figure.ButtonLabels);
        Assert.Equal("[false,true]", figure.Buttons[1]!["args"]![0]!["visible"]!.ToJsonString());
        Assert.Equal([true, false], figure.Traces.Select(trace => (bool)trace!["visible"]!));
        Assert.Equal("[[0.1,0.11,0.12],[0.101,0.111,0.121],[0.102,0.112,0.122]]", figure.Traces[1]!["z"]!.ToJsonString());
    }

    [Fact]
    public void A_pattern_of_another_shape_is_refused()
    {
        Assert.Equal(
            "The pattern has shape [8, 2, 3]; modulo 3 it has to be [9, heads, positions]. (Parameter 'pattern')",
            Assert.Throws<ArgumentException>(() => AttentionCharts.ToA(zeros(8, 2, 3), 3)).Message);
    }
}
