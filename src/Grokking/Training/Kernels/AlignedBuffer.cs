using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Grokking.Training.Kernels;

/// <summary>Numbers that start at a cache line, so that no vector of a row straddles two of them.</summary>
internal static class AlignedBuffer
{
    private const int CacheLine = 64;

    /// <summary>Zeros, at an address that is a multiple of 64 and does not move.</summary>
    public static Memory<float> Allocate(int length)
    {
        var array = GC.AllocateArray<float>(length + (CacheLine / sizeof(float)), pinned: true);
        var misaligned = (int)(Unsafe.ByteOffset(ref Unsafe.NullRef<float>(), ref MemoryMarshal.GetArrayDataReference(array)) % CacheLine);
        return array.AsMemory((CacheLine - misaligned) % CacheLine / sizeof(float), length);
    }
}
