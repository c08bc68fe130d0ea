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
internal sealed class TensorAdamW : IDisposable
{
    private readonly TrainingOptions _options;
    private readonly Entry[] _entries;
    private readonly Scalar _one = 1;
    private readonly Scalar _epsilon;
    private readonly Scalar _keep;
    private readonly Scalar _keepMean;
    private readonly Scalar _newMean;
    private readonly Scalar _keepSquare;
    private readonly Scalar _newSquare;
    private long _step;

    /// <summary>The optimiser of a model's parameters.</summary>
    public TensorAdamW(GrokkingMlp model, TrainingOptions options)
    {
        _options = options;
        _entries = [.. model.named_parameters().Select(entry => new Entry(entry.name, entry.parameter))];
        _epsilon = options.Epsilon;
        _keep = 1 - (options.LearningRate * options.WeightDecay);
        (_keepMean, _newMean) = (options.Beta1, 1 - options.Beta1);
        (_keepSquare, _newSquare) = (options.Beta2, 1 - options.Beta2);
    }

    /// <summary>What the next step starts from.</summary>
    public OptimizerState State
    {
        get => new() { Step = _step, Moments = _entries.ToDictionary(entry => entry.Name, entry => entry.Moments) };
        set
        {
            foreach (var entry in _entries)
            {
                entry.Moments = value.MomentsOf(entry.Name, (int)entry.Weight.numel());
            }

            _step = value.Step;
        }
    }

    /// <summary>Moves every parameter by its gradient.</summary>
    public void Step()
    {
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        _step++;
        using Scalar stepSize = -_options.LearningRate / (1 - Math.Pow(_options.Beta1, _step));
        using Scalar correction2 = Math.Sqrt(1 - Math.Pow(_options.Beta2, _step));
        foreach (var (_, weight, mean, square) in _entries)
        {
            var gradient = weight.grad!;
            weight.mul_(_keep);
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

        foreach (var number in (Scalar[])[_one, _epsilon, _keep, _keepMean, _newMean, _keepSquare, _newSquare])
        {
            number.Dispose();
        }
    }

    private sealed record Entry(string Name, Tensor Weight, Tensor Mean, Tensor Square)
    {
        public Entry(string name, Tensor weight)
            : this(name, weight, zeros_like(weight).DetachFromDisposeScope(), zeros_like(weight).DetachFromDisposeScope())
        {
        }

        public AdamMoments Moments
        {
            get
            {
                using var scope = NewDisposeScope();
                return new(Mean.cpu().data<float>().ToArray(), Square.cpu().data<float>().ToArray());
            }

            set
            {
                using var scope = NewDisposeScope();
                Mean.copy_(tensor(value.Means.ToArray()).view(Mean.shape));
                Square.copy_(tensor(value.Squares.ToArray()).view(Square.shape));
            }
        }
    }
}
