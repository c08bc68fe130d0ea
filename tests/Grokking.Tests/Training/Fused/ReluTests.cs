using FsCheck;
using FsCheck.Xunit;
using Grokking.Training.Fused;

namespace Grokking.Tests.Training.Fused;

public sealed class ReluTests
{
    [Property]
    public void The_activation_is_the_sum_of_three_rows_or_zero(NonNegativeInt length, int seed)
    {
        var random = new Random(seed);
        var (first, second, third) = (Row(length.Get, random), Row(length.Get, random), Row(length.Get, random));
        var result = new float[length.Get];
        Relu.Forward(first, second, third, result);
        Assert.Equal(Enumerable.Range(0, length.Get).Select(i => Math.Max(first[i] + second[i] + third[i], 0)), result);
    }

    [Property]
    public void The_gradient_is_added_to_both_rows_where_the_unit_was_active(NonNegativeInt length, int seed)
    {
        var random = new Random(seed);
        var (gradient, first, second) = (Row(length.Get, random), Row(length.Get, random), Row(length.Get, random));
        float[] activations = [.. Row(length.Get, random).Select(number => Math.Max(number, 0))];
        float[] expectedFirst = [.. first.Select((number, i) => activations[i] > 0 ? number + gradient[i] : number)];
        float[] expectedSecond = [.. second.Select((number, i) => activations[i] > 0 ? number + gradient[i] : number)];
        Relu.AddBackward(gradient, activations, first, second);
        Assert.Equal(expectedFirst, first);
        Assert.Equal(expectedSecond, second);
    }

    [Theory]
    [InlineData(16, 16, 16, 17)]
    [InlineData(16, 16, 15, 16)]
    [InlineData(16, 15, 16, 16)]
    [InlineData(15, 16, 16, 16)]
    public void Rows_of_different_lengths_are_refused(int first, int second, int third, int fourth)
    {
        Assert.Throws<ArgumentException>(() => Relu.Forward(new float[first], new float[second], new float[third], new float[fourth]));
        Assert.Throws<ArgumentException>(() => Relu.AddBackward(new float[first], new float[second], new float[third], new float[fourth]));
    }

    private static float[] Row(int length, Random random) => [.. Enumerable.Range(0, length).Select(_ => (2 * random.NextSingle()) - 1)];
}
