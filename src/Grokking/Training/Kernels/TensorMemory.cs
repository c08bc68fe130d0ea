using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Grokking.Training.Kernels;

/// <summary>The numbers of a tensor, where libtorch keeps them: what is written here, the tensor holds.</summary>
internal sealed unsafe class TensorMemory : MemoryManager<float>
{
    // Kept so that libtorch does not free the memory.
    private readonly Tensor _tensor;
    private readonly float* _start;
    private readonly int _length;

    /// <summary>The memory of a contiguous float32 tensor on the CPU.</summary>
    /// <exception cref="NotSupportedException">It is another tensor; the message says what differs.</exception>
    public TensorMemory(Tensor tensor, string name)
    {
        if (tensor.device_type != TorchSharp.DeviceType.CPU || tensor.dtype != ScalarType.Float32 || !tensor.is_contiguous())
        {
            throw new NotSupportedException(
                $"The fused engine trains contiguous float32 weights on the CPU; '{name}' is {tensor.dtype} on {tensor.device}. The autograd engine trains it.");
        }

        _tensor = tensor;
        var numbers = MemoryMarshal.Cast<byte, float>(tensor.bytes);
        _start = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(numbers));
        _length = numbers.Length;
    }

    /// <inheritdoc/>
    public override Span<float> GetSpan() => new(_start, _length);

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex);

    /// <inheritdoc/>
    public override void Unpin() => GC.KeepAlive(_tensor);

    /// <summary>Nothing to free: the tensor owns the memory.</summary>
    protected override void Dispose(bool disposing)
    {
    }
}
