using Grokking.Runs;
using Grokking.Sweeps;

namespace Grokking.Tests.Sweeps;

public sealed class SweepGridTests
{
    private static readonly SweepGrid Grid = new SweepGrid(new RunSettings())
        .Over("train_fraction", 0.3, 0.5)
        .Over("weight_decay", 0, 0.1, 1)
        .Over("seed", 7, 8);

    [Fact]
    public void A_grid_has_every_combination_and_the_last_field_changes_fastest()
    {
        var expected = new List<(double, double, ulong)>();
        foreach (var fraction in (double[])[0.3, 0.5])
        {
            foreach (var decay in (double[])[0, 0.1, 1])
            {
                expected.AddRange([(fraction, decay, 7), (fraction, decay, 8)]);
            }
        }

        Assert.Equal(expected, Grid.Runs.Select(cell => (cell.TrainingFraction, cell.Optimizer.WeightDecay, cell.Seed)));
        Assert.All(Grid.Runs, cell => Assert.Equal((0.001, 512, 21ul), (cell.Optimizer.LearningRate, cell.BatchSize, cell.DataSeed)));
    }

    [Theory]
    [InlineData("batch_size", 1.5, "The value of batch size is '1.5'; it has to be a whole number up to 2147483647, such as 512.")]
    [InlineData("batch_size", 0, "The batch size is 0; it has to be at least 1, such as 512.")]
    [InlineData("epochs", 1e10, "The value of epochs is '10000000000'; it has to be a whole number up to 2147483647, such as 20000.")]
    [InlineData("seed", -1, "The value of seed is '-1'; it has to be a whole number up to 18446744073709551615, such as 0.")]
    [InlineData("data_seed", double.NaN, "The value of data seed is 'NaN'; it has to be a whole number up to 18446744073709551615, such as 21.")]
    [InlineData("weight_decay", -1, "The weight decay is -1; it has to be 0 or more, such as 0.01.")]
    public void A_value_that_makes_no_sense_is_refused(string name, double value, string sentence)
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => new SweepGrid(new RunSettings()).Over(name, 1, value));
        Assert.StartsWith(sentence, error.Message);
    }

    [Fact]
    public void A_value_that_is_given_twice_is_refused_and_so_is_no_value()
    {
        Assert.Equal(
            "The weight decay goes over 0.1, 1, 0.1; each value has to be given once.",
            Assert.Throws<ArgumentException>(() => Grid.Over("weight_decay", 0.1, 1, 0.1)).Message);
        Assert.Equal(
            "The seed has no values to go over; give at least one.",
            Assert.Throws<ArgumentException>(() => Grid.Over("seed", (double[])[])).Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(12)]
    [InlineData(20)]
    public void The_shards_of_a_grid_share_no_cell_and_leave_none_out(int count)
    {
        var shards = Enumerable.Range(0, count).Select(index => Grid.Shard(index, count)).ToList();
        Assert.Equal(Grid.Runs.Count, shards.Sum(shard => shard.Count));
        Assert.Equal(Grid.Runs.ToHashSet(), [.. shards.SelectMany(shard => shard)]);
        // No machine has more than one cell more than another.
        Assert.InRange(shards.Max(shard => shard.Count) - shards.Min(shard => shard.Count), 0, 1);
        Assert.Equal(Grid.Runs.Where((_, i) => i % count == count - 1), shards[^1]);
    }

    [Theory]
    [InlineData(4, 4, "There is no shard 4/4; the shards go from 0/4 to 3/4.")]
    [InlineData(-1, 4, "There is no shard -1/4; the shards go from 0/4 to 3/4.")]
    [InlineData(0, 0, "A grid can't have 0 shards; it has to be at least 1.")]
    public void A_shard_that_there_is_none_is_refused(int index, int count, string sentence)
    {
        Assert.StartsWith(sentence, Assert.Throws<ArgumentOutOfRangeException>(() => Grid.Shard(index, count)).Message);
    }
}
