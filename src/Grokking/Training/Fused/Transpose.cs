using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Grokking.Training.Fused;

/// <summary>Rows written down columns.</summary>
internal static class Transpose
{
    private const int Block = 4;

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
        var (wholeRows, wholeColumns) = (rows - (rows % Block), columns - (columns % Block));
        for (nint row = 0; row < wholeRows; row += Block)
        {
            for (nint column = 0; column < wholeColumns; column += Block)
            {
                Square(
                    ref Unsafe.Add(ref from, (row * stride) + column), stride,
                    ref Unsafe.Add(ref to, (column * transposedStride) + row), transposedStride);
            }
        }

        for (nint row = 0; row < rows; row++)
        {
            for (nint column = row < wholeRows ? wholeColumns : 0; column < columns; column++)
            {
                Unsafe.Add(ref to, (column * transposedStride) + row) = Unsafe.Add(ref from, (row * stride) + column);
            }
        }
    }

    /// <summary>Four rows of four numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Square(ref float from, nint stride, ref float to, nint transposedStride)
    {
        var rows01 = Vector256.Create(Vector128.LoadUnsafe(ref from), Vector128.LoadUnsafe(ref Unsafe.Add(ref from, stride)));
        var rows23 = Vector256.Create(
            Vector128.LoadUnsafe(ref Unsafe.Add(ref from, 2 * stride)), Vector128.LoadUnsafe(ref Unsafe.Add(ref from, 3 * stride)));
        var all = Vector512.Create(rows01, rows23);
        var turned = Vector512.Shuffle(all, Vector512.Create(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
        turned.GetLower().GetLower().StoreUnsafe(ref to);
        turned.GetLower().GetUpper().StoreUnsafe(ref Unsafe.Add(ref to, transposedStride));
        turned.GetUpper().GetLower().StoreUnsafe(ref Unsafe.Add(ref to, 2 * transposedStride));
        turned.GetUpper().GetUpper().StoreUnsafe(ref Unsafe.Add(ref to, 3 * transposedStride));
    }

    private static void Require(int length, long needed, string name)
    {
        if (length < needed)
        {
            throw new ArgumentException($"The {name} has {length} numbers, its shape needs {needed}.", name);
        }
    }
}
