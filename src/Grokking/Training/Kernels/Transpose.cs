using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Grokking.Training.Kernels;

/// <summary>Rows written down columns.</summary>
internal static class Transpose
{
    // A few rows at once, so that a cache line of the result is filled while it is at hand.
    private const int RowsAtOnce = 8;

    /// <summary>Writes the transpose of a matrix.</summary>
    /// <param name="matrix">The number of row r and column c stands at <c>r · stride + c</c>.</param>
    /// <param name="stride">From row to row of the matrix.</param>
    /// <param name="rows">Rows of the matrix.</param>
    /// <param name="columns">Columns of the matrix.</param>
    /// <param name="transposed">Gets the number of row r and column c at <c>c · transposedStride + r</c>.</param>
    /// <param name="transposedStride">From row to row of the transpose.</param>
    /// <exception cref="ArgumentException">A span is too short for its shape.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Of(
        ReadOnlySpan<float> matrix, int stride, int rows, int columns, Span<float> transposed, int transposedStride)
    {
        if (rows <= 0 || columns <= 0)
        {
            return;
        }

        ArgumentOutOfRangeException.ThrowIfNegative(stride);
        ArgumentOutOfRangeException.ThrowIfNegative(transposedStride);
        Require(matrix.Length, ((rows - 1L) * stride) + columns, nameof(matrix));
        Require(transposed.Length, ((columns - 1L) * transposedStride) + rows, nameof(transposed));
        ref var from = ref MemoryMarshal.GetReference(matrix);
        ref var to = ref MemoryMarshal.GetReference(transposed);
        for (nint first = 0; first < rows; first += RowsAtOnce)
        {
            var end = Math.Min(first + RowsAtOnce, rows);
            for (nint column = 0; column < columns; column++)
            {
                for (var row = first; row < end; row++)
                {
                    Unsafe.Add(ref to, (column * transposedStride) + row) = Unsafe.Add(ref from, (row * stride) + column);
                }
            }
        }
    }

    private static void Require(int length, long needed, string name)
    {
        if (length < needed)
        {
            throw new ArgumentException($"The {name} has {length} numbers, its shape needs {needed}.", name);
        }
    }
}
