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
    private readonly Scalar _one = 1;
    private readonly Scalar _epsilon;
    private readonly Scalar _keepMean;
    private readonly Scalar _newMean;
    private readonly Scalar _keepSquare;
    private readonly Scalar _newSquare;
    private long _step;

    /// <summary>The optimiser of a model's parameters.</summary>
    public AdamW(EquationModel model, OptimizerSettings settings)
    {
        _settings = settings;
        _entries = [.. model.State.Select(entry => new Entry(entry.Key, entry.Value, Zeros(entry.Value), Zeros(entry.Value)))];
        LearningRate = settings.LearningRate;
        _epsilon = settings.Epsilon;
        (_keepMean, _newMean) = (settings.Beta1, 1 - settings.Beta1);
        (_keepSquare, _newSquare) = (settings.Beta2, 1 - settings.Beta2);

        static Tensor Zeros(Tensor weight) => zeros_like(weight).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public double LearningRate { get; set; }

    /// <inheritdoc/>
    public OptimizerState State
    {
        get => new(_step, _entries
            .SelectMany(entry => new[] { (entry.MeanName, entry.Mean), (entry.SquareName, entry.Square) })
            .ToDictionary(moment => moment.Item1, moment => TensorValues.Of(moment.Item2)));
        set
        {
            foreach (var entry in _entries)
            {
                value.Of(entry.MeanName, entry.Mean.shape).CopyTo(entry.Mean, entry.MeanName);
                value.Of(entry.SquareName, entry.Square.shape).CopyTo(entry.Square, entry.SquareName);
            }

            _step = value.Step;
        }
    }

    /// <inheritdoc/>
    public void Step()
    {
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        _step++;
        using Scalar keep = 1 - (LearningRate * _settings.WeightDecay);
        using Scalar stepSize = -LearningRate / (1 - Math.Pow(_settings.Beta1, _step));
        using Scalar correction2 = Math.Sqrt(1 - Math.Pow(_settings.Beta2, _step));
        foreach (var (_, weight, mean, square) in _entries)
        {
            var gradient = weight.grad!;
            weight.mul_(keep);
            mean.mul_(_keepMean).add_(gradient, _newMean);
            square.mul_(_keepSquare).addcmul_(gradient, gradient, _newSquare);
            weight.addcdiv_(mean, square.sqrt().div_(correction2).add_(_epsilon, _one), stepSize);
        }
    }

    /// <summary>Frees the moments and the numbers.</summary>
    public void Dispose()
    {
        foreach (var entry in _entries)
        {
            entry.Mean.Dispose();
            entry.Square.Dispose();
        }

        foreach (var number in (Scalar[])[_one, _epsilon, _keepMean, _newMean, _keepSquare, _newSquare])
        {
            number.Dispose();
        }
    }

    private sealed record Entry(string Name, Tensor Weight, Tensor Mean, Tensor Square)
    {
        public string MeanName => $"{Name}.exp_avg";

        public string SquareName => $"{Name}.exp_avg_sq";
    }
}
