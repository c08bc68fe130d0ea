using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Grokking.Training.Fused;

/// <summary>Numbers that start at a cache line, so that no vector of a row straddles two of them.</summary>
internal static class AlignedBuffer
{
    private const int CacheLine = 64;

    /// <summary>Zeros, at an address that is a multiple of 64 and does not move.</summary>
    /// <exception cref="ArgumentException">There are more numbers than an array holds.</exception>
    public static Memory<float> Allocate(int rows, int columns)
    {
        if ((long)rows * columns > Array.MaxLength - CacheLine)
        {
            throw new ArgumentException(
                $"The fused engine needs a matrix of {rows:N0} × {columns:N0} numbers, more than an array holds; take smaller batches or a narrower model.");
        }

        var length = rows * columns;
        var array = GC.AllocateArray<float>(length + (CacheLine / sizeof(float)), pinned: true);
        var misaligned = (int)(Unsafe.ByteOffset(ref Unsafe.NullRef<float>(), ref MemoryMarshal.GetArrayDataReference(array)) % CacheLine);
        return array.AsMemory((CacheLine - misaligned) % CacheLine / sizeof(float), length);
    }

    /// <summary>A row of a matrix that is as wide as its stride.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Span<float> Row(this Memory<float> matrix, int row, int stride) => matrix.Span.Slice(row * stride, stride);

    /// <summary>Some rows of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Span<float> Rows(this Memory<float> matrix, int start, int count, int stride) =>
        matrix.Span.Slice(start * stride, count * stride);
}
