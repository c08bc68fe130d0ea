using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Grokking.Training.Fused;

/// <summary>The sum of each column of a matrix, from the first row to the last.</summary>
internal static class ColumnSum
{
    private const int Width = 16;

    /// <summary>Sums as many columns as there is room for, from the matrix's first on.</summary>
    /// <param name="matrix">The number of row r and column c stands at <c>r · stride + c</c>.</param>
    /// <param name="stride">From row to row.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="sums">Becomes the sums.</param>
    /// <exception cref="ArgumentException">The matrix is too short for its shape.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Of(ReadOnlySpan<float> matrix, int stride, int rows, Span<float> sums)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stride);
        if (rows > 0 && matrix.Length < ((rows - 1L) * stride) + sums.Length)
        {
            throw new ArgumentException(
                $"A matrix of {matrix.Length} numbers has no {rows} rows of {sums.Length} at stride {stride}.", nameof(matrix));
        }

        ref var m = ref MemoryMarshal.GetReference(matrix);
        ref var s = ref MemoryMarshal.GetReference(sums);
        nint column = 0;
        for (; column + Width <= sums.Length; column += Width)
        {
            var sum = Vector512<float>.Zero;
            for (nint row = 0; row < rows; row++)
            {
                sum += Vector512.LoadUnsafe(ref Unsafe.Add(ref m, (row * stride) + column));
            }

            sum.StoreUnsafe(ref Unsafe.Add(ref s, column));
        }

        for (; column < sums.Length; column++)
        {
            var sum = 0f;
            for (nint row = 0; row < rows; row++)
            {
                sum += Unsafe.Add(ref m, (row * stride) + column);
            }

            Unsafe.Add(ref s, column) = sum;
        }
    }
}
