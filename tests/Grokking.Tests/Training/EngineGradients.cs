using Grokking.Data;
using Grokking.Models;
using Grokking.Tests.Models;
using Grokking.Training;
using Grokking.Training.Fused;
using static TorchSharp.torch;

namespace Grokking.Tests.Training;

/// <summary>The gradients of a batch's loss as an engine computes them, one after another in the order of the parameters.</summary>
internal static class EngineGradients
{
    // A step of AdamW without decay or momentum, with an epsilon beside which the root of the squares is nothing, is
    // -lr / epsilon · gradient. Taken a million times as long as the gradient, it drowns the weight that it is taken from,
    // so the rounding of the new weight is 6e-8 of the gradient and no more.
    private const double Epsilon = 1e10;
    private const double Length = 1 << 20;

    /// <summary>The fused engine's, told by one step; the model gets its weights back.</summary>
    public static double[] OfFused(GrokkingMlp model, EquationDataset dataset, ReadOnlySpan<long> equations, int threads = 2)
    {
        var options = new OptimizerSettings
        {
            LearningRate = Length * Epsilon,
            Epsilon = Epsilon,
            Beta1 = 0,
            WeightDecay = 0,
        };
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        var parameters = model.parameters().ToArray();
        var copies = parameters.Select(parameter => parameter.clone()).ToArray();
        var before = Weights.Of(model);
        using (var engine = new FusedEngine(model, dataset, options, threads))
        {
            engine.TrainBatch(equations);
        }

        var after = Weights.Of(model);
        foreach (var (parameter, copy) in parameters.Zip(copies))
        {
            parameter.copy_(copy);
        }

        return [.. before.Zip(after, (from, to) => ((double)from - to) / Length)];
    }

    /// <summary>libtorch's, which stand beside the parameters after a step.</summary>
    public static double[] OfAutograd(GrokkingMlp model, EquationDataset dataset, ReadOnlySpan<long> equations)
    {
        using var engine = new AutogradEngine(model, dataset, new OptimizerSettings { LearningRate = 0 });
        engine.TrainBatch(equations);
        using var scope = NewDisposeScope();
        return [.. model.parameters().SelectMany(parameter => parameter.grad!.to(float64).data<double>().ToArray())];
    }
}
