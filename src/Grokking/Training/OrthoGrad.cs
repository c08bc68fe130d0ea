using Grokking.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Grokking.Training;

/// <summary>
/// ⊥Grad (Prieto et al., arXiv 2501.04697, sec. 5) before the steps of another optimiser: of each parameter's gradient the part along
/// the parameter goes, which would only scale it, and the rest is made as long as the whole was.
/// </summary>
/// <param name="model">The network.</param>
/// <param name="inner">Takes the steps; made for the same network, and disposed of with this.</param>
public sealed class OrthoGrad(EquationModel model, IOptimizer inner) : IOptimizer
{
    private readonly Tensor[] _weights = [.. model.State.Values];
    private readonly Scalar _one = 1;
    private readonly Scalar _tiny = 1e-30;

    /// <inheritdoc/>
    public double LearningRate
    {
        get => inner.LearningRate;
        set => inner.LearningRate = value;
    }

    /// <inheritdoc/>
    public OptimizerStateDict State
    {
        get => inner.State;
        set => inner.State = value;
    }

    /// <inheritdoc/>
    public void Step()
    {
        using (NewDisposeScope())
        using (no_grad())
        {
            foreach (var weight in _weights)
            {
                if (weight.grad is not { } gradient)
                {
                    continue;
                }

                var along = weight.mul(gradient).sum().div(Above0(weight.square().sum()));
                var across = gradient.sub(weight.mul(along));
                gradient.copy_(across.mul(gradient.square().sum().sqrt().div(Above0(across.square().sum().sqrt()))));
            }
        }

        inner.Step();
    }

    /// <summary>Frees the optimiser inside and the numbers.</summary>
    public void Dispose()
    {
        inner.Dispose();
        _one.Dispose();
        _tiny.Dispose();
    }

    private Tensor Above0(Tensor square) => square.add(_tiny, _one);
}
