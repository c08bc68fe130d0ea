using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Grokking.Training.Kernels;

/// <summary>Rows that go to more than one place, or to a column.</summary>
internal static class Scatter
{
    private const int Width = 16;

    /// <summary>Adds a row, where a second row is positive (the gradient of ReLU), to two others.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddWhereActive(ReadOnlySpan<float> row, ReadOnlySpan<float> activations, Span<float> first, Span<float> second)
    {
        if (activations.Length != row.Length || first.Length != row.Length || second.Length != row.Length)
        {
            throw new ArgumentException($"Rows of {row.Length}, {activations.Length}, {first.Length} and {second.Length} numbers do not add.", nameof(row));
        }

        ref var r = ref MemoryMarshal.GetReference(row);
        ref var h = ref MemoryMarshal.GetReference(activations);
        ref var a = ref MemoryMarshal.GetReference(first);
        ref var b = ref MemoryMarshal.GetReference(second);
        nuint i = 0;
        for (; i + Width <= (nuint)row.Length; i += Width)
        {
            var active = Vector512.GreaterThan(Vector512.LoadUnsafe(ref h, i), Vector512<float>.Zero);
            var gradient = Vector512.BitwiseAnd(Vector512.LoadUnsafe(ref r, i), active);
            (Vector512.LoadUnsafe(ref a, i) + gradient).StoreUnsafe(ref a, i);
            (Vector512.LoadUnsafe(ref b, i) + gradient).StoreUnsafe(ref b, i);
        }

        for (var j = (int)i; j < row.Length; j++)
        {
            var gradient = activations[j] > 0 ? row[j] : 0;
            first[j] += gradient;
            second[j] += gradient;
        }
    }

    /// <summary>Writes a row down a column.</summary>
    /// <exception cref="ArgumentException">The column is too short.</exception>
    public static void ToColumn(ReadOnlySpan<float> row, Span<float> column, int stride)
    {
        if (row.Length > 0 && column.Length <= (row.Length - 1) * stride)
        {
            throw new ArgumentException($"A row of {row.Length} numbers does not fit a column of {column.Length} at stride {stride}.", nameof(column));
        }

        ref var place = ref MemoryMarshal.GetReference(column);
        foreach (var number in row)
        {
            place = number;
            place = ref Unsafe.Add(ref place, stride);
        }
    }
}
