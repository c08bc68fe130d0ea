using Grokking.Data;
using Grokking.Models;

namespace Grokking.Tests.Training.Fused;

public sealed class FusedGradientTests
{
    /// <summary>The original's sizes, and those where something is left over, or missing, or alone.</summary>
    public static TheoryData<Shape> Shapes =>
    [
        Shape.Original,
        Shape.Original with { Batch = 360 },
        Shape.Original with { Batch = 1 },
        new Shape(2, 1, 1, 4),
        new Shape(2, 3, 5, 4),
        new Shape(2, 16, 33, 3),
        new Shape(3, 4, 8, 20),
        new Shape(5, 3, 17, 7),
        new Shape(7, 5, 31, 49),
        new Shape(13, 33, 47, 100),
        new Shape(23, 7, 64, 600),
        new Shape(53, 128, 100, 77),
        new Shape(251, 24, 40, 64),
        Shape.Original with { Operation = Operation.Parse("/") },
        new Shape(13, 33, 47, 156) { Operation = Operation.Parse("/") },
        new Shape(12, 16, 33, 100) { Operation = Operation.Parse("x3+xy2+y") },
        new Shape(120, 24, 40, 200) { Operation = Operation.Parse("s5:xyx-1") },
    ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void They_are_autograds(Shape shape)
    {
        using var twins = new Twins(shape);
        var batch = twins.Batch(shape.Batch, new Random(1));
        AssertNear(
            twins.Fused,
            EngineGradients.OfAutograd(twins.Autograd, twins.Dataset, batch),
            EngineGradients.OfFused(twins.Fused, twins.Dataset, batch), 1e-5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void They_are_finite_differences_in_float64(int seed)
    {
        const double step = 1e-5;
        using var twins = new Twins(new Shape(5, 3, 5, 12), seed);
        var batch = twins.Batch(12, new Random(seed));
        var network = new Float64Network(twins.Fused);
        // A difference across the kink of a ReLU is no derivative: no weight's step may carry a hidden unit over it.
        Assert.True(network.DistanceFromKink(twins.Dataset, batch) > 100 * step, "This seed has a hidden unit at its kink; take another.");
        var differences = new double[network.Weights.Length];
        for (var i = 0; i < differences.Length; i++)
        {
            var weight = network.Weights[i];
            network.Weights[i] = weight + step;
            var above = network.Loss(twins.Dataset, batch);
            network.Weights[i] = weight - step;
            var below = network.Loss(twins.Dataset, batch);
            network.Weights[i] = weight;
            differences[i] = (above - below) / (2 * step);
        }

        AssertNear(twins.Fused, differences, EngineGradients.OfFused(twins.Fused, twins.Dataset, batch), 1e-6);
    }

    /// <summary>Compares parameter by parameter, each against its own largest gradient.</summary>
    private static void AssertNear(GrokkingMlp model, double[] expected, double[] actual, double tolerance)
    {
        var start = 0;
        foreach (var (name, parameter) in model.named_parameters())
        {
            var range = start..(start + (int)parameter.numel());
            start = range.End.Value;
            var size = expected[range].Max(Math.Abs);
            foreach (var (theirs, ours) in expected[range].Zip(actual[range]))
            {
                Assert.True(
                    Math.Abs(theirs - ours) <= tolerance * size,
                    $"A gradient of {name} is {ours:E8}, it should be {theirs:E8}: {Math.Abs(theirs - ours) / size:E1} of the largest away.");
            }
        }

        Assert.Equal((start, start), (expected.Length, actual.Length));
    }
}
