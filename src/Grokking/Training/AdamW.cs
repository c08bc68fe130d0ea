using Grokking.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Grokking.Training;

/// <summary>
/// AdamW on libtorch's tensors (https://docs.pytorch.org/docs/stable/generated/torch.optim.AdamW.html), operation for operation
/// what TorchSharp's <c>optim.AdamW</c> does.
/// </summary>
/// <remarks>
/// TorchSharp 0.107 leaves a number that is handed to libtorch to the garbage collector, which may free it while libtorch reads
/// it: a collection at the wrong moment then changes a weight or ends the run. So the numbers are held here.
/// </remarks>
public sealed class AdamW : IOptimizer
{
    private readonly OptimizerSettings _settings;
    private readonly Entry[] _entries;
    private readonly Dictionary<string, Tensor> _moments = [];
    private readonly Scalar _one = 1;
    private readonly Scalar _epsilon;
    private readonly Scalar _keepFirst;
    private readonly Scalar _newFirst;
    private readonly Scalar _keepSecond;
    private readonly Scalar _newSecond;
    private long _step;

    /// <summary>The optimiser of a model's parameters.</summary>
    public AdamW(EquationModel model, OptimizerSettings settings)
        : this(model.State, model.HiddenMatrices, settings)
    {
    }

    internal AdamW(IReadOnlyDictionary<string, Tensor> parameters, IReadOnlyDictionary<string, Tensor> hidden, OptimizerSettings settings)
    {
        _settings = settings;
        _entries = [.. parameters.Select(entry => new Entry(
            entry.Value, Moment(MomentNames(entry.Key).First, entry.Value), Moment(MomentNames(entry.Key).Second, entry.Value), hidden.ContainsKey(entry.Key)))];
        LearningRate = settings.LearningRate;
        _epsilon = settings.Epsilon;
        (_keepFirst, _newFirst) = (settings.Beta1, 1 - settings.Beta1);
        (_keepSecond, _newSecond) = (settings.Beta2, 1 - settings.Beta2);

        Tensor Moment(string name, Tensor weight) => _moments[name] = zeros_like(weight).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public double LearningRate { get; set; }

    /// <inheritdoc/>
    public OptimizerStateDict State
    {
        get => OptimizerStateDict.Of(_step, _moments);
        set
        {
            value.CopyTo(_moments);
            _step = value.Step;
        }
    }

    /// <inheritdoc/>
    public void Step()
    {
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        _step++;
        var hiddenRate = LearningRate * _settings.HiddenLearningRateFactor;
        using Scalar keep = 1 - (LearningRate * _settings.WeightDecay);
        using Scalar keepHidden = 1 - (hiddenRate * _settings.WeightDecay * _settings.HiddenWeightDecayFactor);
        using Scalar stepSize = -LearningRate / (1 - Math.Pow(_settings.Beta1, _step));
        using Scalar hiddenStepSize = -hiddenRate / (1 - Math.Pow(_settings.Beta1, _step));
        using Scalar correction2 = Math.Sqrt(1 - Math.Pow(_settings.Beta2, _step));
        foreach (var (weight, first, second, hidden) in _entries)
        {
            // Frozen, or not in the network's way.
            if (weight.grad is not { } gradient)
            {
                continue;
            }

            weight.mul_(hidden ? keepHidden : keep);
            first.mul_(_keepFirst).add_(gradient, _newFirst);
            second.mul_(_keepSecond).addcmul_(gradient, gradient, _newSecond);
            weight.addcdiv_(first, second.sqrt().div_(correction2).add_(_epsilon, _one), hidden ? hiddenStepSize : stepSize);
        }
    }

    /// <summary>Frees the moments and the numbers.</summary>
    public void Dispose()
    {
        foreach (var moment in _moments.Values)
        {
            moment.Dispose();
        }

        foreach (var number in (Scalar[])[_one, _epsilon, _keepFirst, _newFirst, _keepSecond, _newSecond])
        {
            number.Dispose();
        }
    }

    /// <summary>What a parameter's first and second moment are called in a state: PyTorch's words.</summary>
    internal static (string First, string Second) MomentNames(string parameter) => ($"{parameter}.exp_avg", $"{parameter}.exp_avg_sq");

    private readonly record struct Entry(Tensor Weight, Tensor First, Tensor Second, bool Hidden);
}
