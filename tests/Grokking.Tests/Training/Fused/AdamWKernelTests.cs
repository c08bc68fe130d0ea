using FsCheck.Xunit;
using Grokking.Runs;
using Grokking.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;
using AdamW = Grokking.Training.Fused.AdamWKernel;

namespace Grokking.Tests.Training.Fused;

public sealed class AdamWKernelTests
{
    public static TheoryData<OptimizerSettings, double> AllSettings =>
        new()
        {
            { RunSettings.Original.Optimizer, 1 },
            // Gradients of epsilon's size tell whether it stands inside or outside of the root.
            { RunSettings.Original.Optimizer, 1e-8 },
            { new OptimizerSettings { WeightDecay = 1, LearningRate = 3e-3 }, 1e-3 },
            { new OptimizerSettings { WeightDecay = 0, Beta1 = 0, Beta2 = 0.999, Epsilon = 1e-3 }, 1e-2 },
        };

    [Theory]
    [MemberData(nameof(AllSettings))]
    public void Twenty_steps_are_those_of_torchs_AdamW(OptimizerSettings options, double gradientSize)
    {
        foreach (var length in (int[])[1, 15, 16, 17, 99, 128])
        {
            using var scope = NewDisposeScope();
            var random = new Random(length);
            float[] weights = [.. Enumerable.Range(0, length).Select(_ => (2 * random.NextSingle()) - 1)];
            var (means, squares) = (new float[length], new float[length]);
            var expected = new Parameter(tensor(weights, dtype: float64));
            using var optimizer = optim.AdamW(
                [expected], options.LearningRate, options.Beta1, options.Beta2, options.Epsilon, options.WeightDecay);
            for (var step = 1; step <= 20; step++)
            {
                float[] gradients = [.. Enumerable.Range(0, length).Select(_ => (float)(gradientSize * ((2 * random.NextDouble()) - 1)))];
                expected.grad = tensor(gradients, dtype: float64);
                optimizer.step();
                new AdamW(options, step).Update(weights, gradients, means, squares);
                var exact = expected.data<double>().ToArray();
                // A few roundings of a weight a step, against steps of the learning rate's size: 1e-3.
                Assert.All(weights.Zip(exact), pair => Assert.Equal(pair.Second, pair.First, step * 1.2e-7));
            }
        }
    }

    [Fact]
    public void A_learning_rate_of_zero_changes_no_bit_of_a_weight()
    {
        float[] weights = [1.1f, -2.3f, 1e-30f];
        var step = new AdamW(new OptimizerSettings { LearningRate = 0 }, 1);
        step.Update(weights, [1, -1e20f, 1e-20f], new float[3], new float[3]);
        Assert.Equal([1.1f, -2.3f, 1e-30f], weights);
    }

    [Property]
    public void Moments_never_become_subnormal(int seed)
    {
        var random = new Random(seed);
        float[] gradients = [.. Enumerable.Range(0, 40).Select(_ => MathF.Pow(10, -45 * random.NextSingle()))];
        var (weights, means, squares) = (new float[40], new float[40], new float[40]);
        for (var step = 1; step < 200; step++)
        {
            new AdamW(RunSettings.Original.Optimizer, step).Update(weights, gradients, means, squares);
            gradients.AsSpan().Clear();
            Assert.DoesNotContain(means, float.IsSubnormal);
            Assert.DoesNotContain(squares, float.IsSubnormal);
        }
    }

    [Theory]
    [InlineData(15, 16, 16)]
    [InlineData(16, 15, 16)]
    [InlineData(16, 16, 15)]
    public void Lengths_that_differ_are_refused(int gradients, int means, int squares)
    {
        var step = new AdamW(RunSettings.Original.Optimizer, 1);
        var exception = Assert.Throws<ArgumentException>(
            () => step.Update(new float[16], new float[gradients], new float[means], new float[squares]));
        Assert.Contains("16 weights have", exception.Message, StringComparison.Ordinal);
    }
}
