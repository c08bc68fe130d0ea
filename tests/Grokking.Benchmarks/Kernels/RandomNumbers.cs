using Grokking.Training.Fused;

namespace Grokking.Benchmarks.Kernels;

/// <summary>Numbers that no kernel can take a short way with.</summary>
internal static class RandomNumbers
{
    /// <summary>Uniform numbers between −1 and 1.</summary>
    public static Memory<float> Buffer(Random random, int length)
    {
        var buffer = AlignedBuffer.Allocate(1, length);
        foreach (ref var number in buffer.Span)
        {
            number = (2 * random.NextSingle()) - 1;
        }

        return buffer;
    }
}
