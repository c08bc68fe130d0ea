using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Grokking.Training.Fused;

/// <summary>The numbers of a tensor, where libtorch keeps them: what is written here, the tensor holds.</summary>
internal sealed unsafe class TensorMemory : MemoryManager<float>
{
    // A second tensor on the same numbers: they stay where they are also when the one that was given is disposed.
    private readonly Tensor _tensor;
    private readonly float* _start;
    private readonly int _length;

    /// <summary>The memory of a contiguous float32 tensor on the CPU.</summary>
    /// <exception cref="NotSupportedException">It is another tensor; the message says what differs.</exception>
    public TensorMemory(Tensor tensor, string name)
    {
        if (tensor.device_type != TorchSharp.DeviceType.CPU || !tensor.is_contiguous())
        {
            throw new NotSupportedException(
                $"The fused engine trains contiguous weights on the CPU; '{name}' is on {tensor.device}{(tensor.is_contiguous() ? "" : ", with gaps")}. The autograd engine trains it.");
        }

        _tensor = tensor.detach().DetachFromDisposeScope();
        var numbers = MemoryMarshal.Cast<byte, float>(_tensor.bytes);
        _start = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(numbers));
        _length = numbers.Length;
    }

    /// <inheritdoc/>
    public override Span<float> GetSpan() => new(_start, _length);

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex);

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <summary>Gives the memory up: nothing may read or write it through this any more.</summary>
    protected override void Dispose(bool disposing) => _tensor.Dispose();
}
