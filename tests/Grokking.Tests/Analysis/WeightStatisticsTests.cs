using Grokking.Analysis;
using Grokking.Models;

namespace Grokking.Tests.Analysis;

public sealed class WeightStatisticsTests
{
    [Fact]
    public void Norms_and_the_share_of_small_weights_are_those_of_a_count_by_hand()
    {
        using var model = new GrokkingMlp(9, 4, 6);
        var weights = model.named_parameters().ToDictionary(p => p.name, p => p.parameter.data<float>().Select(w => (double)w).ToArray());
        double Norm(params string[] names) => Math.Sqrt(names.Sum(name => weights[name].Sum(w => w * w)));

        var statistics = WeightStatistics.Of(model, threshold: 0.3);

        Assert.Equal(Norm("net.0.weight"), statistics.Embedding, 1e-6);
        Assert.Equal(Norm("net.2.weight", "net.2.bias"), statistics.Hidden, 1e-6);
        Assert.Equal(Norm("net.4.weight", "net.4.bias"), statistics.Output, 1e-6);
        Assert.Equal(Norm([.. weights.Keys]), statistics.Total, 1e-6);
        Assert.Equal(weights.Values.SelectMany(w => w).Average(w => Math.Abs(w) < 0.3f ? 1.0 : 0.0), statistics.ShareBelow, 1e-9);
        Assert.Equal(SpectralNorm.Of(model.OutputLayer.weight!), statistics.OutputSpectralNorm);
    }
}
