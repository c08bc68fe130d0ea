using Grokking.Models;
using Grokking.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Grokking.Tests.Seams;

/// <summary>Lion (Chen et al., arXiv 2302.06675, algorithm 2): the sign of a mean of gradients; it remembers one tensor a parameter.</summary>
public sealed class Lion : IOptimizer
{
    private readonly (Tensor Weight, Tensor Mean)[] _entries;
    private readonly Dictionary<string, Tensor> _means = [];
    private readonly double _decay;
    private readonly Scalar _keep1;
    private readonly Scalar _new1;
    private readonly Scalar _keep2;
    private readonly Scalar _new2;

    public Lion(EquationModel model, OptimizerSettings settings)
    {
        LearningRate = settings.LearningRate;
        _decay = settings.WeightDecay;
        (_keep1, _new1) = (settings.Beta1, 1 - settings.Beta1);
        (_keep2, _new2) = (settings.Beta2, 1 - settings.Beta2);
        _entries = [.. model.named_parameters().Select(entry => ((Tensor)entry.parameter, Mean(entry.name, entry.parameter)))];

        Tensor Mean(string name, Tensor weight) => _means[$"{name}.exp_avg"] = zeros_like(weight).DetachFromDisposeScope();
    }

    public double LearningRate { get; set; }

    public OptimizerStateDict State
    {
        get => OptimizerStateDict.Of(0, _means);
        set => value.CopyTo(_means);
    }

    public void Step()
    {
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        using Scalar keep = 1 - (LearningRate * _decay);
        using Scalar stepSize = -LearningRate;
        foreach (var (weight, mean) in _entries)
        {
            // PyTorch's optimisers, too, leave a weight that has no gradient.
            if (weight.grad is not { } gradient)
            {
                continue;
            }

            weight.mul_(keep).add_(mean.mul(_keep1).add_(gradient, _new1).sign_(), stepSize);
            mean.mul_(_keep2).add_(gradient, _new2);
        }
    }

    public void Dispose()
    {
        foreach (var mean in _means.Values)
        {
            mean.Dispose();
        }

        foreach (var number in (Scalar[])[_keep1, _new1, _keep2, _new2])
        {
            number.Dispose();
        }
    }
}
