using System.Reflection;
using Grokking.Training;
using Grokking.Training.Runs;
using Grokking.Training.Sweeps;

namespace Grokking.Tests.Training.Sweeps;

public sealed class SweepGridTests
{
    private static readonly SweepGrid Grid = new SweepGrid(new RunOptions())
        .Over(SweepField.TrainingFraction, 0.3, 0.5)
        .Over(SweepField.WeightDecay, 0, 0.1, 1)
        .Over(SweepField.Seed, 7, 8);

    public static TheoryData<string> Fields => [.. SweepField.All.Select(each => each.Name)];

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

        Assert.Equal(expected, Grid.Cells.Select(cell => (cell.TrainingFraction, cell.Recipe.WeightDecay, cell.Seed)));
        Assert.All(Grid.Cells, cell => Assert.Equal((0.001, 512, 21ul), (cell.Recipe.LearningRate, cell.Recipe.BatchSize, cell.DataSeed)));
    }

    [Fact]
    public void A_grid_goes_over_every_number_of_the_recipe_but_its_threads()
    {
        var numbers = typeof(TrainingOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => property.Name).Where(name => name != nameof(TrainingOptions.Threads));
        Assert.Equal(
            numbers.Concat([nameof(RunOptions.TrainingFraction), nameof(RunOptions.Seed), nameof(RunOptions.DataSeed)]).Order(),
            SweepField.All.Select(field => string.Concat(field.Name.Replace("train_", "training_").Split('_').Select(Capital))).Order());

        static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_field_changes_its_own_number_and_no_other(string name)
    {
        var field = SweepField.All.Single(field => field.Name == name);
        var cell = new RunOptions();
        var value = field.Of(cell) < 1 && field != SweepField.Seed ? field.Of(cell) / 2 : field.Of(cell) + 1;
        var changed = field.With(cell, value);
        Assert.Equal(value, field.Of(changed));
        Assert.All(SweepField.All.Where(other => other != field), other => Assert.Equal(other.Of(cell), other.Of(changed)));
        Assert.Equal(cell, field.With(changed, field.Of(cell)));
        Assert.NotEqual(cell, changed);
    }

    [Theory]
    [InlineData("batch_size", 1.5, "The batch size is 1.5; it has to be a whole number from 0 to 2147483647.")]
    [InlineData("batch_size", 0, "The batch size is 0; it has to be at least 1, such as 512.")]
    [InlineData("epochs", 1e10, "The number of epochs is 10000000000; it has to be a whole number from 0 to 2147483647.")]
    [InlineData("seed", -1, "The seed is -1; it has to be a whole number from 0 to 9007199254740992.")]
    [InlineData("data_seed", double.NaN, "The data seed is NaN; it has to be a whole number from 0 to 9007199254740992.")]
    [InlineData("weight_decay", -1, "The weight decay is -1; it has to be 0 or more, such as 0.01.")]
    public void A_value_that_makes_no_sense_is_refused(string name, double value, string sentence)
    {
        var field = SweepField.All.Single(field => field.Name == name);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new SweepGrid(new RunOptions()).Over(field, 1, value));
        Assert.StartsWith(sentence, error.Message);
    }

    [Fact]
    public void A_value_that_is_given_twice_is_refused_and_so_is_no_value()
    {
        Assert.Equal(
            "The weight decay goes over 0.1, 1, 0.1; each value has to be given once.",
            Assert.Throws<ArgumentException>(() => Grid.Over(SweepField.WeightDecay, 0.1, 1, 0.1)).Message);
        Assert.Equal(
            "The seed has no values to go over; give at least one.",
            Assert.Throws<ArgumentException>(() => Grid.Over(SweepField.Seed)).Message);
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
        Assert.Equal(Grid.Cells.Count, shards.Sum(shard => shard.Count));
        Assert.Equal(Grid.Cells.ToHashSet(), [.. shards.SelectMany(shard => shard)]);
        // No machine has more than one cell more than another.
        Assert.InRange(shards.Max(shard => shard.Count) - shards.Min(shard => shard.Count), 0, 1);
        Assert.Equal(Grid.Cells.Where((_, i) => i % count == count - 1), shards[^1]);
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
