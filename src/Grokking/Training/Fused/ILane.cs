using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Grokking.Training.Fused;

/// <summary>A few neighbouring floats that are worked on at once: what <see cref="MatrixKernel"/> is written in.</summary>
internal interface ILane<TSelf>
    where TSelf : struct, ILane<TSelf>
{
    /// <summary>The number of floats.</summary>
    static abstract int Width { get; }

    /// <summary>The floats from a place on.</summary>
    static abstract TSelf Load(ref float source);

    /// <summary><c>scalar · lane + sum</c>, rounded once.</summary>
    static abstract TSelf MultiplyAdd(float scalar, TSelf lane, TSelf sum);

    /// <summary>Writes the floats from a place on.</summary>
    void Store(ref float destination);
}

/// <summary>Two 512-bit vectors.</summary>
internal readonly struct Lane32(Vector512<float> low, Vector512<float> high) : ILane<Lane32>
{
    private readonly Vector512<float> _low = low;
    private readonly Vector512<float> _high = high;

    public static int Width => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane32 Load(ref float source) => new(Vector512.LoadUnsafe(ref source), Vector512.LoadUnsafe(ref source, 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane32 MultiplyAdd(float scalar, Lane32 lane, Lane32 sum)
    {
        var factor = Vector512.Create(scalar);
        return new(
            Vector512.FusedMultiplyAdd(factor, lane._low, sum._low), Vector512.FusedMultiplyAdd(factor, lane._high, sum._high));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float destination)
    {
        _low.StoreUnsafe(ref destination);
        _high.StoreUnsafe(ref destination, 16);
    }
}

/// <summary>Two 256-bit vectors.</summary>
internal readonly struct Lane16(Vector256<float> low, Vector256<float> high) : ILane<Lane16>
{
    private readonly Vector256<float> _low = low;
    private readonly Vector256<float> _high = high;

    public static int Width => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane16 Load(ref float source) => new(Vector256.LoadUnsafe(ref source), Vector256.LoadUnsafe(ref source, 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane16 MultiplyAdd(float scalar, Lane16 lane, Lane16 sum)
    {
        var factor = Vector256.Create(scalar);
        return new(
            Vector256.FusedMultiplyAdd(factor, lane._low, sum._low), Vector256.FusedMultiplyAdd(factor, lane._high, sum._high));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float destination)
    {
        _low.StoreUnsafe(ref destination);
        _high.StoreUnsafe(ref destination, 8);
    }
}

/// <summary>Two 128-bit vectors.</summary>
internal readonly struct Lane8(Vector128<float> low, Vector128<float> high) : ILane<Lane8>
{
    private readonly Vector128<float> _low = low;
    private readonly Vector128<float> _high = high;

    public static int Width => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 Load(ref float source) => new(Vector128.LoadUnsafe(ref source), Vector128.LoadUnsafe(ref source, 4));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 MultiplyAdd(float scalar, Lane8 lane, Lane8 sum)
    {
        var factor = Vector128.Create(scalar);
        return new(
            Vector128.FusedMultiplyAdd(factor, lane._low, sum._low), Vector128.FusedMultiplyAdd(factor, lane._high, sum._high));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float destination)
    {
        _low.StoreUnsafe(ref destination);
        _high.StoreUnsafe(ref destination, 4);
    }
}

/// <summary>One float: what is left of a row when no wider lane fits.</summary>
internal readonly struct Lane1(float value) : ILane<Lane1>
{
    private readonly float _value = value;

    public static int Width => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Load(ref float source) => new(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 MultiplyAdd(float scalar, Lane1 lane, Lane1 sum) => new(MathF.FusedMultiplyAdd(scalar, lane._value, sum._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float destination) => destination = _value;
}
