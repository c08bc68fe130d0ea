using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Grokking.Training.Kernels;

/// <summary>A row written down a column.</summary>
internal static class Transpose
{
    /// <summary>Writes the row's numbers to a matrix, <paramref name="stride"/> apart from its first place on.</summary>
    /// <exception cref="ArgumentException">The matrix is too short.</exception>
    public static void ToColumn(ReadOnlySpan<float> row, Span<float> matrix, int stride)
    {
        if (row.Length > 0 && matrix.Length <= (row.Length - 1) * stride)
        {
            throw new ArgumentException(
                $"A row of {row.Length} numbers needs a column of as many at stride {stride}; the matrix has {matrix.Length} numbers.",
                nameof(matrix));
        }

        ref var place = ref MemoryMarshal.GetReference(matrix);
        foreach (var number in row)
        {
            place = number;
            place = ref Unsafe.Add(ref place, stride);
        }
    }
}
