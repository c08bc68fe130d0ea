using System.Buffers;
using Grokking.Models;
using Tensor = TorchSharp.torch.Tensor;

namespace Grokking.Training.Fused;

/// <summary>A parameter of the model, where libtorch keeps it, with its gradient and AdamW's moments.</summary>
internal sealed class TrainedParameter : IDisposable
{
    private readonly IMemoryOwner<float> _memory;
    private readonly long[] _sizes;
    private readonly string _firstMomentName;
    private readonly string _secondMomentName;
    private readonly Memory<float> _firstMoment;
    private readonly Memory<float> _secondMoment;

    /// <summary>A parameter that no step has moved yet.</summary>
    /// <exception cref="NotSupportedException">The tensor is on another device, or has gaps.</exception>
    public TrainedParameter(Tensor parameter, string name)
    {
        (_firstMomentName, _secondMomentName) = AdamW.MomentNames(name);
        _sizes = parameter.shape;
        _memory = new TensorMemory(parameter, name);
        Values = _memory.Memory;
        Gradient = AlignedBuffer.Allocate(1, Values.Length);
        _firstMoment = AlignedBuffer.Allocate(1, Values.Length);
        _secondMoment = AlignedBuffer.Allocate(1, Values.Length);
    }

    /// <summary>The numbers that the model's tensor holds, row by row.</summary>
    public Memory<float> Values { get; }

    /// <summary>The loss's gradient, as long as the values.</summary>
    public Memory<float> Gradient { get; }

    /// <summary>A copy of AdamW's moments, under PyTorch's names.</summary>
    public KeyValuePair<string, TensorValues>[] Moments =>
    [
        new(_firstMomentName, new TensorValues(_sizes, _firstMoment.ToArray())),
        new(_secondMomentName, new TensorValues(_sizes, _secondMoment.ToArray())),
    ];

    /// <summary>Takes over the moments that another run, or this one before, had.</summary>
    /// <exception cref="ArgumentException">The state is another network's or optimiser's.</exception>
    public void SetMoments(OptimizerStateDict state)
    {
        state.Of(_firstMomentName, _sizes).Values.CopyTo(_firstMoment);
        state.Of(_secondMomentName, _sizes).Values.CopyTo(_secondMoment);
    }

    /// <summary>Moves some rows by their gradient.</summary>
    public void Update(AdamWKernel adamW, Range rows, int columns)
    {
        var (start, count) = rows.GetOffsetAndLength(Values.Length / columns);
        adamW.Update(
            Values.Rows(start, count, columns), Gradient.Rows(start, count, columns),
            _firstMoment.Rows(start, count, columns), _secondMoment.Rows(start, count, columns));
    }

    /// <summary>Lets go of the tensor.</summary>
    public void Dispose() => _memory.Dispose();
}
