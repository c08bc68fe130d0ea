using Grokking.Training;

namespace Grokking.Tests.Training;

public sealed class TrainingOptionsTests
{
    [Fact]
    public void The_original_recipe_is_the_seed_notebooks()
    {
        var recipe = TrainingOptions.Original;
        Assert.Equal((20_000, 512, 1e-3), (recipe.Epochs, recipe.BatchSize, recipe.LearningRate));
        Assert.Equal((0.9, 0.98, 1e-8, 0.01), (recipe.Beta1, recipe.Beta2, recipe.Epsilon, recipe.WeightDecay));
        Assert.Null(recipe.Threads);
    }

    public static TheoryData<Func<TrainingOptions>, string> Nonsense => new()
    {
        { () => new() { Epochs = 0 }, "The number of epochs is 0; it has to be at least 1, such as 20000." },
        { () => new() { BatchSize = -3 }, "The batch size is -3; it has to be at least 1, such as 512." },
        { () => new() { LearningRate = -0.5 }, "The learning rate is -0.5; it has to be 0 or more, such as 0.001." },
        { () => new() { LearningRate = double.NaN }, "The learning rate is NaN; it has to be 0 or more, such as 0.001." },
        { () => new() { LearningRate = double.PositiveInfinity }, "The learning rate is Infinity; it has to be 0 or more, such as 0.001." },
        { () => new() { Beta1 = 1 }, "The rate Beta1 is 1; it has to be from 0 to below 1, such as 0.9." },
        { () => new() { Beta2 = double.NaN }, "The rate Beta2 is NaN; it has to be from 0 to below 1, such as 0.98." },
        { () => new() { Epsilon = 0 }, "The guard Epsilon is 0; it has to be above 0, such as 1e-8." },
        { () => new() { WeightDecay = -0.01 }, "The weight decay is -0.01; it has to be 0 or more, such as 0.01." },
        { () => new() { Threads = 0 }, "The number of threads is 0; it has to be from 1 to 256." },
        { () => new() { Threads = 257 }, "The number of threads is 257; it has to be from 1 to 256." },
        { () => TrainingOptions.Original with { Epochs = -1 }, "The number of epochs is -1; it has to be at least 1, such as 20000." },
    };

    [Theory]
    [MemberData(nameof(Nonsense), DisableDiscoveryEnumeration = true)]
    public void A_value_that_makes_no_sense_is_refused(Func<TrainingOptions> make, string message)
    {
        Assert.Equal(message, Assert.Throws<ArgumentOutOfRangeException>(make).Message);
    }

    [Fact]
    public void The_edges_are_taken()
    {
        _ = new TrainingOptions { Epochs = 1, BatchSize = 1, LearningRate = 0, Beta1 = 0, Beta2 = 0, WeightDecay = 0, Threads = 256 };
        _ = TrainingOptions.Original with { Epochs = int.MaxValue, BatchSize = int.MaxValue, Threads = null };
    }
}
