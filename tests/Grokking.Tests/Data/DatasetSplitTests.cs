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
    public void A_split_of_ones_own_has_just_these_equations()
    {
        using var dataset = new EquationDataset(5, Operation.Add);
        long[] diagonal = [0, 6, 12, 18, 24];
        long[] others = [.. Enumerable.Range(0, 25).Select(equation => (long)equation).Except(diagonal)];
        var split = new DatasetSplit(dataset, others, diagonal);
        Assert.Equal(others, split.Training.ToArray());
        Assert.Equal(diagonal, split.Validation.ToArray());

        Assert.StartsWith("There are 0 training and 5 validation equations; each side", Assert.Throws<ArgumentException>(() => new DatasetSplit(dataset, [], diagonal)).Message, StringComparison.Ordinal);
        Assert.StartsWith("The equation 6 is there 2 times", Assert.Throws<ArgumentException>(() => new DatasetSplit(dataset, [1, 6], diagonal)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Equation 25 is not in the dataset", Assert.Throws<ArgumentOutOfRangeException>(() => new DatasetSplit(dataset, [25], diagonal)).Message, StringComparison.Ordinal);
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
                AssertComplete(split);
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

    [Fact]
    public void A_split_by_label_validates_every_small_result_and_no_other()
    {
        using var dataset = new EquationDataset(97, Operation.Add);
        var split = DatasetSplit.ByLabel(dataset, 20);
        // Addition has every result p times.
        Assert.Equal((77 * 97, 20 * 97), (split.Training.Length, split.Validation.Length));
        Assert.All(split.Training.ToArray(), equation => Assert.InRange(dataset.LabelOf(equation), 20, 96));
        Assert.All(split.Validation.ToArray(), equation => Assert.InRange(dataset.LabelOf(equation), 0, 19));
        AssertComplete(split);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(97)]
    [InlineData(int.MaxValue)]
    public void A_label_that_leaves_a_side_empty_is_refused(int label)
    {
        using var dataset = new EquationDataset(97, Operation.Parse("/"));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => DatasetSplit.ByLabel(dataset, label));
        Assert.StartsWith(
            $"The first training label is {label}; it has to leave at least one of the 9312 equations on each side, such as 19.", error.Message);
    }

    [Theory]
    [InlineData("+", 97, 0.8)]
    [InlineData("*", 12, 0.3)]
    [InlineData("x2+y2", 13, 0.5)]
    [InlineData("-", 2, 0.5)]
    public void A_split_by_pairs_keeps_an_equation_and_its_mirror_image_together(string symbol, int modulus, double fraction)
    {
        using var dataset = new EquationDataset(modulus, Operation.Parse(symbol));
        var split = DatasetSplit.ByPairs(dataset, fraction, new Generator(21));
        AssertComplete(split);
        foreach (var side in (HashSet<long>[])[[.. split.Training], [.. split.Validation]])
        {
            Assert.All(side, equation => Assert.Contains((equation % modulus * modulus) + (equation / modulus), side));
        }

        // As many pairs as random_split would give of modulus · (modulus + 1) / 2; a diagonal equation is a pair by itself.
        var pairs = split.Training.ToArray().Count(equation => equation / modulus <= equation % modulus);
        Assert.Equal(RandomSplitSizes(modulus * (modulus + 1) / 2, fraction).Training, pairs);
    }

    [Fact]
    public void A_split_by_pairs_is_another_with_another_seed_and_the_same_with_the_same()
    {
        using var dataset = new EquationDataset(23, Operation.Add);
        var split = DatasetSplit.ByPairs(dataset, 0.8, new Generator(1)).Training.ToArray();
        Assert.Equal(split, DatasetSplit.ByPairs(dataset, 0.8, new Generator(1)).Training.ToArray());
        Assert.NotEqual(split.Order(), DatasetSplit.ByPairs(dataset, 0.8, new Generator(2)).Training.ToArray().Order());
    }

    [Fact]
    public void A_split_by_pairs_of_an_operation_that_is_not_symmetric_is_refused()
    {
        using var dataset = new EquationDataset(97, Operation.Parse("-"));
        var error = Assert.Throws<ArgumentException>(() => DatasetSplit.ByPairs(dataset, 0.8, new Generator(1)));
        Assert.Equal("The operation '-' is not symmetric modulo 97, so (a, b) and (b, a) are not one pair; split by fraction.", error.Message);
    }

    [Fact]
    public void A_split_by_pairs_that_leaves_a_side_empty_is_refused()
    {
        using var dataset = new EquationDataset(7, Operation.Add);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => DatasetSplit.ByPairs(dataset, 0.999, new Generator(1)));
        Assert.StartsWith("The training fraction is 0.999; it has to leave at least one of the 28 pairs on each side, such as 0.8.", error.Message);
    }

    private static void AssertComplete(DatasetSplit split)
    {
        long[] all = [.. split.Training, .. split.Validation];
        Assert.Equal(Enumerable.Range(0, split.Dataset.Count).Select(i => (long)i), all.Order());
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
