using Grokking.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Grokking.Training;

/// <summary>
/// Grokfast-EMA (Lee et al., arXiv 2405.20233, algorithm 2) before the steps of another optimiser: each gradient grows by λ times its
/// exponential moving average, which begins with the first gradient and keeps a share α of itself at every step.
/// </summary>
public sealed class Grokfast : IOptimizer
{
    private readonly IOptimizer _inner;
    private readonly Dictionary<string, Tensor> _means;
    private readonly (Tensor Weight, Tensor Mean)[] _entries;
    private readonly Scalar _keep;
    private readonly Scalar _new;
    private readonly Scalar _lambda;
    private bool _begun;

    /// <summary>The filter of a model's gradients.</summary>
    /// <param name="model">The network.</param>
    /// <param name="inner">Takes the steps; made for the same network, and disposed of with this.</param>
    /// <param name="settings">α and λ.</param>
    public Grokfast(EquationModel model, IOptimizer inner, OptimizerSettings settings)
    {
        _inner = inner;
        (_keep, _new, _lambda) = (settings.GrokfastAlpha, 1 - settings.GrokfastAlpha, settings.GrokfastLambda);
        _means = model.State.ToDictionary(entry => $"{entry.Key}.grad_avg", entry => zeros_like(entry.Value).DetachFromDisposeScope());
        _entries = [.. model.State.Values.Zip(_means.Values)];
    }

    /// <inheritdoc/>
    public double LearningRate
    {
        get => _inner.LearningRate;
        set => _inner.LearningRate = value;
    }

    /// <inheritdoc/>
    public OptimizerStateDict State
    {
        get => _inner.State.With(_means);
        set
        {
            value.CopyTo(_means, _inner);
            _begun = value.Step > 0;
        }
    }

    /// <inheritdoc/>
    public void Step()
    {
        using (no_grad())
        {
            foreach (var (weight, mean) in _entries)
            {
                if (weight.grad is not { } gradient)
                {
                    continue;
                }

                if (!_begun)
                {
                    mean.copy_(gradient);
                }

                mean.mul_(_keep).add_(gradient, _new);
                gradient.add_(mean, _lambda);
            }
        }

        _begun = true;
        _inner.Step();
    }

    /// <summary>Frees the means and the numbers.</summary>
    public void Dispose()
    {
        _inner.Dispose();
        foreach (var mean in _means.Values)
        {
            mean.Dispose();
        }

        foreach (var number in (Scalar[])[_keep, _new, _lambda])
        {
            number.Dispose();
        }
    }
}
