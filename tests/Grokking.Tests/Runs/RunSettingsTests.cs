using Grokking.Runs;
using Grokking.Training;

namespace Grokking.Tests.Runs;

public sealed class RunSettingsTests
{
    [Fact]
    public void The_original_settings_are_those_of_the_PyTorch_notebook()
    {
        var run = RunSettings.Original;
        Assert.Equal((20_000, 512, 1e-3), (run.Epochs, run.BatchSize, run.Optimizer.LearningRate));
        Assert.Equal((0.9, 0.98, 1e-8, 0.01), (run.Optimizer.Beta1, run.Optimizer.Beta2, run.Optimizer.Epsilon, run.Optimizer.WeightDecay));
        Assert.Equal((97, 0.8, 21ul, 0ul), (run.Modulus, run.TrainingFraction, run.DataSeed, run.Seed));
        Assert.Null(run.Threads);
    }

    public static TheoryData<Action, string> Nonsense => new()
    {
        { () => _ = new RunSettings { Epochs = 0 }, "The number of epochs is 0; it has to be at least 1, such as 20000." },
        { () => _ = new RunSettings { BatchSize = -3 }, "The batch size is -3; it has to be at least 1, such as 512." },
        { () => _ = new RunSettings { HiddenWidth = 0 }, "The hidden layer's width is 0; it has to be from 1 to 4096." },
        { () => _ = new RunSettings { Threads = 0 }, "The number of threads is 0; it has to be from 1 to 256." },
        { () => _ = new RunSettings { Threads = 257 }, "The number of threads is 257; it has to be from 1 to 256." },
        { () => _ = RunSettings.Original with { Epochs = -1 }, "The number of epochs is -1; it has to be at least 1, such as 20000." },
        { () => _ = new OptimizerSettings { LearningRate = -0.5 }, "The learning rate is -0.5; it has to be 0 or more, such as 0.001." },
        { () => _ = new OptimizerSettings { LearningRate = double.NaN }, "The learning rate is NaN; it has to be 0 or more, such as 0.001." },
        { () => _ = new OptimizerSettings { LearningRate = double.PositiveInfinity }, "The learning rate is Infinity; it has to be 0 or more, such as 0.001." },
        { () => _ = new OptimizerSettings { Beta1 = 1 }, "The rate beta1 is 1; it has to be from 0 to below 1, such as 0.9." },
        { () => _ = new OptimizerSettings { Beta2 = double.NaN }, "The rate beta2 is NaN; it has to be from 0 to below 1, such as 0.98." },
        { () => _ = new OptimizerSettings { Epsilon = 1e-46 }, "The guard epsilon is 1E-46; it has to be above 0 as a float32 number, such as 1e-8." },
        { () => _ = new OptimizerSettings { Epsilon = 0 }, "The guard epsilon is 0; it has to be above 0 as a float32 number, such as 1e-8." },
        { () => _ = new OptimizerSettings { WeightDecay = -0.01 }, "The weight decay is -0.01; it has to be 0 or more, such as 0.01." },
        { () => _ = new OptimizerSettings { WarmupSteps = -1 }, "The number of warm-up steps is -1; it has to be at least 0, such as 10." },
    };

    [Theory]
    [MemberData(nameof(Nonsense), DisableDiscoveryEnumeration = true)]
    public void A_value_that_makes_no_sense_is_refused(Action make, string message)
    {
        Assert.Equal(message, Assert.Throws<ArgumentOutOfRangeException>(make).Message);
    }

    [Fact]
    public void The_edges_are_taken()
    {
        _ = new RunSettings { Epochs = 1, BatchSize = 1, Threads = 256, EmbeddingWidth = 1, HiddenWidth = 1 };
        _ = new OptimizerSettings { LearningRate = 0, Beta1 = 0, Beta2 = 0, WeightDecay = 0 };
        _ = RunSettings.Original with { Epochs = int.MaxValue, BatchSize = int.MaxValue, Threads = null };
    }
}
