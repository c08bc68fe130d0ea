using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Grokking.Training.Fused;

/// <summary>
/// Matrix products, <c>C = A·B</c> or <c>C += A·B</c>, from one micro-kernel. Every element of C is one chain of fused
/// multiply-adds in the order of k, whatever the shape and the vector width, so a product has the same bits everywhere.
/// </summary>
/// <remarks>
/// The micro-kernel holds a tile of C, 6 rows by one lane, in registers. Each k takes one lane of a row of B and one
/// number from each of 6 rows of A:
/// <code>
///                     B     k ─►┌──────┐
///                               │ lane │            a lane is two vectors: with 512 bits, 32 columns;
///                               └──────┘            12 accumulators, 2 of B and a broadcast of A
///          A      k                 ×               fit the 16 registers of AVX2 too
///        ┌───────┬─┬─────┐      ┌──────┐
///        │       │a│     │ ──►  │ tile │  row 0
///        │       │a│     │ ──►  │      │    ⋮
///        │       │a│     │ ──►  │      │  row 5
///        └───────┴─┴─────┘      └──────┘  C
/// </code>
/// A is read through two strides, from row to row and from k to k, so A and its transpose are the same to it. Tiles go
/// down the rows first: the columns of B that a tile reads (depth × 128 bytes) stay in the level-1 cache. Rows that are
/// missing from the last tile repeat its last row and are not stored. Columns that are left over take narrower lanes.
/// </remarks>
internal static class MatrixKernel
{
    /// <summary>Rows of a tile: rows beyond whole tiles take as long as a whole one.</summary>
    public const int TileRows = 6;

    /// <summary>Computes <c>C = A·B</c>, or adds it to C.</summary>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="columns">Columns of B and C.</param>
    /// <param name="depth">Columns of A, rows of B.</param>
    /// <param name="a">A: the number of row r and step k stands at <c>r · aRow + k · aStep</c>.</param>
    /// <param name="aRow">From row to row of A.</param>
    /// <param name="aStep">From step to step of A.</param>
    /// <param name="b">B: the number of step k and column c stands at <c>k · bRow + c</c>.</param>
    /// <param name="bRow">From step to step of B.</param>
    /// <param name="c">C: the number of row r and column c stands at <c>r · cRow + c</c>.</param>
    /// <param name="cRow">From row to row of C.</param>
    /// <param name="accumulate">Whether the product is added to C.</param>
    /// <exception cref="ArgumentException">A span is too short for its shape, a stride is negative, or rows of C overlap.</exception>
    public static void Multiply(
        int rows, int columns, int depth,
        ReadOnlySpan<float> a, int aRow, int aStep,
        ReadOnlySpan<float> b, int bRow,
        Span<float> c, int cRow,
        bool accumulate = false)
    {
        if (rows <= 0 || columns <= 0)
        {
            return;
        }

        ArgumentOutOfRangeException.ThrowIfNegative(depth);
        ArgumentOutOfRangeException.ThrowIfNegative(aRow);
        ArgumentOutOfRangeException.ThrowIfNegative(aStep);
        ArgumentOutOfRangeException.ThrowIfNegative(bRow);
        ArgumentOutOfRangeException.ThrowIfLessThan(cRow, columns);
        if (depth > 0)
        {
            Require(a.Length, ((rows - 1L) * aRow) + ((depth - 1L) * aStep) + 1, nameof(a));
            Require(b.Length, ((depth - 1L) * bRow) + columns, nameof(b));
        }

        Require(c.Length, ((rows - 1L) * cRow) + columns, nameof(c));
        var shape = new ProductShape(rows, depth, aRow, aStep, bRow, cRow, accumulate);
        ref var a0 = ref MemoryMarshal.GetReference(a);
        ref var b0 = ref MemoryMarshal.GetReference(b);
        ref var c0 = ref MemoryMarshal.GetReference(c);
        var column = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            column = Columns<Lane32>(shape, column, columns, ref a0, ref b0, ref c0);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            column = Columns<Lane16>(shape, column, columns, ref a0, ref b0, ref c0);
        }

        column = Columns<Lane8>(shape, column, columns, ref a0, ref b0, ref c0);
        Columns<Lane1>(shape, column, columns, ref a0, ref b0, ref c0);
    }

    private static void Require(int length, long needed, string name)
    {
        if (length < needed)
        {
            throw new ArgumentException($"Matrix {name} has {length} numbers, its shape needs {needed}.", name);
        }
    }

    /// <summary>Does as many columns as whole lanes fit, from one column on; returns the column after them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Columns<TLane>(in ProductShape shape, int column, int columns, ref float a, ref float b, ref float c)
        where TLane : struct, ILane<TLane>
    {
        for (; column + TLane.Width <= columns; column += TLane.Width)
        {
            for (var row = 0; row < shape.Rows; row += TileRows)
            {
                Tile<TLane>(
                    shape,
                    Math.Min(TileRows, shape.Rows - row),
                    ref Unsafe.Add(ref a, row * shape.ARow),
                    ref Unsafe.Add(ref b, column),
                    ref Unsafe.Add(ref c, (row * shape.CRow) + column));
            }
        }

        return column;
    }

    /// <summary>The micro-kernel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TLane>(in ProductShape shape, int rows, ref float a, ref float b, ref float c)
        where TLane : struct, ILane<TLane>
    {
        nint last = rows - 1, aRow = shape.ARow, cRow = shape.CRow, aStep = shape.AStep, bRow = shape.BRow;
        nint row1 = Math.Min(1, last), row2 = Math.Min(2, last), row3 = Math.Min(3, last), row4 = Math.Min(4, last), row5 = last;
        TLane sum0 = default, sum1 = default, sum2 = default, sum3 = default, sum4 = default, sum5 = default;
        if (shape.Accumulate)
        {
            sum0 = TLane.Load(ref c);
            sum1 = TLane.Load(ref Unsafe.Add(ref c, row1 * cRow));
            sum2 = TLane.Load(ref Unsafe.Add(ref c, row2 * cRow));
            sum3 = TLane.Load(ref Unsafe.Add(ref c, row3 * cRow));
            sum4 = TLane.Load(ref Unsafe.Add(ref c, row4 * cRow));
            sum5 = TLane.Load(ref Unsafe.Add(ref c, row5 * cRow));
        }

        nint a1 = row1 * aRow, a2 = row2 * aRow, a3 = row3 * aRow, a4 = row4 * aRow, a5 = row5 * aRow;
        for (var step = shape.Depth; step > 0; step--)
        {
            var lane = TLane.Load(ref b);
            sum0 = TLane.MultiplyAdd(a, lane, sum0);
            sum1 = TLane.MultiplyAdd(Unsafe.Add(ref a, a1), lane, sum1);
            sum2 = TLane.MultiplyAdd(Unsafe.Add(ref a, a2), lane, sum2);
            sum3 = TLane.MultiplyAdd(Unsafe.Add(ref a, a3), lane, sum3);
            sum4 = TLane.MultiplyAdd(Unsafe.Add(ref a, a4), lane, sum4);
            sum5 = TLane.MultiplyAdd(Unsafe.Add(ref a, a5), lane, sum5);
            a = ref Unsafe.Add(ref a, aStep);
            b = ref Unsafe.Add(ref b, bRow);
        }

        // From the last row up: rows that repeat the last one hold what it holds, so storing them twice does no harm.
        sum5.Store(ref Unsafe.Add(ref c, row5 * cRow));
        sum4.Store(ref Unsafe.Add(ref c, row4 * cRow));
        sum3.Store(ref Unsafe.Add(ref c, row3 * cRow));
        sum2.Store(ref Unsafe.Add(ref c, row2 * cRow));
        sum1.Store(ref Unsafe.Add(ref c, row1 * cRow));
        sum0.Store(ref c);
    }

    private readonly record struct ProductShape(int Rows, int Depth, int ARow, int AStep, int BRow, int CRow, bool Accumulate);
}
