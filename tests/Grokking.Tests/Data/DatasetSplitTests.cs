using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Grokking.Data;
using static TorchSharp.torch;

namespace Grokking.Tests.Data;

public sealed class DatasetSplitTests
{
    [Fact]
    public void The_seeds_split_has_7528_and_1881_equations()
    {
        using var dataset = new EquationDataset(97, Operation.Add);
        var split = DatasetSplit.ByFraction(dataset, 0.8, new Generator(21));
        Assert.Equal(7528, split.Training.Length);
        Assert.Equal(1881, split.Validation.Length);
        Assert.Equal("7,528 training and 1,881 validation equations", split.ToString());
        Assert.Same(dataset, split.Dataset);
    }

    [Fact]
    public void The_split_is_the_Mersenne_twisters_permutation_cut_in_two()
    {
        using var dataset = new EquationDataset(97, Operation.Add);
        var split = DatasetSplit.ByFraction(dataset, 0.8, new Generator(21));
        Assert.Equal(new MersenneTwister(21).Permutation(9409), (long[])[.. split.Training, .. split.Validation]);
    }

    [Property]
    public Property Every_equation_is_on_one_side_and_the_sides_are_PyTorchs_sizes()
    {
        int[] primes = [2, 3, 5, 7, 11, 13];
        return Prop.ForAll(
            Gen.Elements(primes).ToArbitrary(),
            Gen.Choose(1, 9_999).Select(ten_thousandths => ten_thousandths / 10_000.0).ToArbitrary(),
            (modulus, fraction) =>
            {
                using var dataset = new EquationDataset(modulus, Operation.Add);
                var (training, validation) = RandomSplitSizes(dataset.Count, fraction);
                if (training == 0 || validation == 0)
                {
                    Assert.Throws<ArgumentOutOfRangeException>(() => DatasetSplit.ByFraction(dataset, fraction, new Generator(1)));
                    return;
                }

                var split = DatasetSplit.ByFraction(dataset, fraction, new Generator(1));
                Assert.Equal((training, validation), (split.Training.Length, split.Validation.Length));
                long[] all = [.. split.Training, .. split.Validation];
                Assert.Equal(Enumerable.Range(0, dataset.Count).Select(i => (long)i), all.Order());
            });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.5)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(0.999)]
    public void A_fraction_that_leaves_a_side_empty_is_refused(double fraction)
    {
        using var dataset = new EquationDataset(7, Operation.Add);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => DatasetSplit.ByFraction(dataset, fraction, new Generator(1)));
        Assert.StartsWith(
            FormattableString.Invariant($"The training fraction is {fraction}; it has to leave at least one of the 49 equations on each side, such as 0.8."),
            error.Message);
    }

    /// <summary>PyTorch's rule as its documentation tells it: round down, then deal out what is left, one by one, in turn.</summary>
    private static (int Training, int Validation) RandomSplitSizes(int count, double fraction)
    {
        int[] sizes = [(int)(count * fraction), (int)(count * (1 - fraction))];
        var left = count - sizes.Sum();
        for (var i = 0; i < left; i++)
        {
            sizes[i % 2]++;
        }

        return (sizes[0], sizes[1]);
    }
}
