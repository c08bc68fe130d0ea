using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Grokking.Training.Fused;

/// <summary>The hidden layer's ReLU, one equation's row at a time, with the sums on either side of it.</summary>
internal static class Relu
{
    private const int Width = 16;

    /// <summary><c>max(0, first + second + third)</c>.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(ReadOnlySpan<float> first, ReadOnlySpan<float> second, ReadOnlySpan<float> third, Span<float> result)
    {
        RequireLength(result.Length, first.Length, second.Length, third.Length);
        ref var a = ref MemoryMarshal.GetReference(first);
        ref var b = ref MemoryMarshal.GetReference(second);
        ref var c = ref MemoryMarshal.GetReference(third);
        ref var r = ref MemoryMarshal.GetReference(result);
        nuint i = 0;
        for (; i + Width <= (nuint)result.Length; i += Width)
        {
            var sum = Vector512.LoadUnsafe(ref a, i) + Vector512.LoadUnsafe(ref b, i) + Vector512.LoadUnsafe(ref c, i);
            Vector512.Max(sum, Vector512<float>.Zero).StoreUnsafe(ref r, i);
        }

        for (var j = (int)i; j < result.Length; j++)
        {
            result[j] = MathF.Max(first[j] + second[j] + third[j], 0);
        }
    }

    /// <summary>Adds the gradient, where the unit was active, to two rows.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddBackward(ReadOnlySpan<float> gradient, ReadOnlySpan<float> activations, Span<float> first, Span<float> second)
    {
        RequireLength(gradient.Length, activations.Length, first.Length, second.Length);
        ref var g = ref MemoryMarshal.GetReference(gradient);
        ref var h = ref MemoryMarshal.GetReference(activations);
        ref var a = ref MemoryMarshal.GetReference(first);
        ref var b = ref MemoryMarshal.GetReference(second);
        nuint i = 0;
        for (; i + Width <= (nuint)gradient.Length; i += Width)
        {
            var active = Vector512.GreaterThan(Vector512.LoadUnsafe(ref h, i), Vector512<float>.Zero);
            var kept = Vector512.BitwiseAnd(Vector512.LoadUnsafe(ref g, i), active);
            (Vector512.LoadUnsafe(ref a, i) + kept).StoreUnsafe(ref a, i);
            (Vector512.LoadUnsafe(ref b, i) + kept).StoreUnsafe(ref b, i);
        }

        for (var j = (int)i; j < gradient.Length; j++)
        {
            var kept = activations[j] > 0 ? gradient[j] : 0;
            first[j] += kept;
            second[j] += kept;
        }
    }

    private static void RequireLength(int length, int first, int second, int third)
    {
        if (first != length || second != length || third != length)
        {
            throw new ArgumentException($"Rows of {length}, {first}, {second} and {third} numbers do not go together.");
        }
    }
}
