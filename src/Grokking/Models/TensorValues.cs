using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Grokking.Models;

/// <summary>The numbers of a tensor, apart from libtorch.</summary>
/// <param name="Shape">Its shape, such as <c>[99, 128]</c>.</param>
/// <param name="Values">Its numbers, <c>float32</c>, row by row.</param>
public sealed record TensorValues(IReadOnlyList<long> Shape, ReadOnlyMemory<float> Values)
{
    /// <summary>A copy of a tensor's numbers.</summary>
    public static TensorValues Of(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return new TensorValues(tensor.shape, tensor.detach().cpu().contiguous().data<float>().ToArray());
    }

    /// <summary>Writes the numbers into a tensor.</summary>
    /// <exception cref="ArgumentException">The tensor has another shape.</exception>
    internal void CopyTo(Tensor tensor, string name)
    {
        if (!Shape.SequenceEqual(tensor.shape))
        {
            throw new ArgumentException($"'{name}' is [{string.Join(", ", Shape)}], not [{string.Join(", ", tensor.shape)}].");
        }

        using var withoutGradients = no_grad();
        using var values = frombuffer(MemoryMarshal.ToEnumerable(Values).ToArray(), ScalarType.Float32).view(tensor.shape);
        tensor.copy_(values);
    }
}
