using Grokking.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Grokking.Training;

/// <summary>
/// Muon (Jordan et al., https://kellerjordan.github.io/posts/muon/; PyTorch's
/// <see href="https://docs.pytorch.org/docs/stable/generated/torch.optim.Muon.html">torch.optim.Muon</see>) for the matrices between
/// embedding and unembedding, and <see cref="AdamW"/> for all else, as its authors say. A step along the mean gradient in which every
/// singular value is made about 1.
/// </summary>
public sealed class Muon : IOptimizer
{
    /// <summary>How much of the mean gradient is kept from step to step.</summary>
    public const double Momentum = 0.95;

    private const int Iterations = 5;

    private readonly OptimizerSettings _settings;
    private readonly AdamW _others;
    private readonly Dictionary<string, Tensor> _means;
    private readonly (Tensor Weight, Tensor Mean)[] _entries;
    private readonly Scalar _one = 1;
    private readonly Scalar _epsilon = 1e-7;
    private readonly Scalar _keep = Momentum;
    private readonly Scalar _new = 1 - Momentum;
    private readonly Scalar _linear = 3.4445;
    private readonly Scalar _cubic = -4.7750;
    private readonly Scalar _quintic = 2.0315;

    /// <summary>The optimiser of a model's parameters.</summary>
    public Muon(EquationModel model, OptimizerSettings settings)
    {
        _settings = settings;
        var hidden = model.HiddenMatrices;
        _others = new AdamW(model.State.Where(entry => !hidden.ContainsKey(entry.Key)).ToDictionary(), hidden, settings);
        _means = hidden.ToDictionary(entry => $"{entry.Key}.momentum_buffer", entry => zeros_like(entry.Value).DetachFromDisposeScope());
        _entries = [.. hidden.Values.Zip(_means.Values)];
    }

    /// <inheritdoc/>
    public double LearningRate
    {
        get => _others.LearningRate;
        set => _others.LearningRate = value;
    }

    /// <inheritdoc/>
    public OptimizerStateDict State
    {
        get => _others.State.With(_means);
        set => value.CopyTo(_means, _others);
    }

    /// <inheritdoc/>
    public void Step()
    {
        using (NewDisposeScope())
        using (no_grad())
        {
            var rate = LearningRate * _settings.HiddenLearningRateFactor;
            using Scalar keep = 1 - (rate * _settings.WeightDecay * _settings.HiddenWeightDecayFactor);
            foreach (var (weight, mean) in _entries)
            {
                if (weight.grad is not { } gradient)
                {
                    continue;
                }

                // Nesterov's: the gradient counts once more.
                mean.mul_(_keep).add_(gradient, _new);
                var direction = gradient.mul(_new).add_(mean, _keep);
                using Scalar stepSize = -rate * Math.Sqrt(Math.Max(1, (double)weight.shape[0] / weight.shape[1]));
                weight.mul_(keep).add_(Orthogonalized(direction), stepSize);
            }
        }

        _others.Step();
    }

    /// <summary>Frees the means and the numbers.</summary>
    public void Dispose()
    {
        _others.Dispose();
        foreach (var mean in _means.Values)
        {
            mean.Dispose();
        }

        foreach (var number in (Scalar[])[_one, _epsilon, _keep, _new, _linear, _cubic, _quintic])
        {
            number.Dispose();
        }
    }

    /// <summary>The matrix with singular values near 1 by Newton and Schulz' iteration: each time s becomes 3.4445 s − 4.775 s³ + 2.0315 s⁵.</summary>
    private Tensor Orthogonalized(Tensor matrix)
    {
        var tall = matrix.shape[0] > matrix.shape[1];
        var x = tall ? matrix.t() : matrix;
        x = x.div(x.square().sum().sqrt().add(_epsilon, _one));
        for (var i = 0; i < Iterations; i++)
        {
            var squared = x.mm(x.t());
            x = x.mul(_linear).add_(squared.mul(_cubic).add_(squared.mm(squared), _quintic).mm(x), _one);
        }

        return tall ? x.t() : x;
    }
}
