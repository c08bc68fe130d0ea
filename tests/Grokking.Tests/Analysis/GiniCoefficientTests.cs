using Grokking.Analysis;

namespace Grokking.Tests.Analysis;

public sealed class GiniCoefficientTests
{
    [Theory]
    [InlineData(0, new[] { 3.0, 3, 3, 3 })]
    [InlineData(0, new[] { 0.0, 0, 0 })]
    [InlineData(0, new[] { 7.0 })]
    [InlineData(0.75, new[] { 0.0, 0, 5, 0 })]
    [InlineData(0.5, new[] { 1.0, 0, 1, 0 })]
    [InlineData(0.25, new[] { 1.0, 3 })]
    public void Known_values_have_the_coefficient_that_is_known(double gini, double[] values)
    {
        Assert.Equal(gini, GiniCoefficient.Of(values), 1e-12);
    }

    [Fact]
    public void It_is_half_the_relative_mean_difference()
    {
        var random = new Random(1);
        double[] values = [.. Enumerable.Range(0, 50).Select(_ => Math.Pow(random.NextDouble(), 3))];
        var meanDifference = values.Average(one => values.Average(other => Math.Abs(one - other)));
        Assert.Equal(meanDifference / (2 * values.Average()), GiniCoefficient.Of(values), 1e-12);
        Assert.Equal(GiniCoefficient.Of(values), GiniCoefficient.Of(values.Select(value => 1e6 * value)), 1e-12);
    }

    [Fact]
    public void Values_that_have_none_are_refused()
    {
        Assert.Contains("asked of no values", Assert.Throws<ArgumentException>(() => GiniCoefficient.Of([])).Message);
        Assert.Contains("asked of -1;", Assert.Throws<ArgumentException>(() => GiniCoefficient.Of([2, -1])).Message);
        Assert.Contains("asked of NaN;", Assert.Throws<ArgumentException>(() => GiniCoefficient.Of([2, double.NaN])).Message);
    }
}
