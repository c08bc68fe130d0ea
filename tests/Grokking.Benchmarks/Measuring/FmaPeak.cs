using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Grokking.Benchmarks.Measuring;

/// <summary>
/// What the machine can do at best: fused multiply-adds on registers alone, in the widest vectors it has, on some cores
/// at once. Its piece of work is <see cref="Flop"/> operations.
/// </summary>
internal sealed class FmaPeak(int threads) : IContender
{
    private const int Steps = 1_000_000;

    // More than an FMA's latency times the FMAs a cycle; with the two constants they fit the 16 registers of AVX2.
    private const int Chains = 12;

    private float _result;

    public int Threads => threads;

    /// <summary>The width of the vectors, in bits.</summary>
    public static int VectorBits =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>The floating-point operations of one piece of work: two a multiply-add, on all threads together.</summary>
    public double Flop => 2.0 * Steps * Chains * (VectorBits / 32) * threads;

    public double Seconds(int times)
    {
        using var start = new Barrier(threads + 1);
        var others = new Thread[threads];
        for (var i = 0; i < threads; i++)
        {
            others[i] = new Thread(() =>
            {
                start.SignalAndWait();
                Volatile.Write(ref _result, Work(times));
            });
            others[i].Start();
        }

        start.SignalAndWait();
        var clock = Stopwatch.StartNew();
        foreach (var thread in others)
        {
            thread.Join();
        }

        return clock.Elapsed.TotalSeconds;
    }

    public void Dispose()
    {
    }

    private static float Work(int times) => VectorBits switch
    {
        512 => MultiplyAdds<Bits512>(times * (long)Steps),
        256 => MultiplyAdds<Bits256>(times * (long)Steps),
        _ => MultiplyAdds<Bits128>(times * (long)Steps),
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float MultiplyAdds<TVector>(long steps)
        where TVector : struct, IVector<TVector>
    {
        // x ← 0.9·x + 0.1 stays at 1: no overflow, nothing subnormal.
        var (factor, addend) = (TVector.Create(0.9f), TVector.Create(0.1f));
        TVector a = addend, b = addend, c = addend, d = addend, e = addend, f = addend;
        TVector g = addend, h = addend, i = addend, j = addend, k = addend, l = addend;
        for (; steps > 0; steps--)
        {
            a = TVector.MultiplyAdd(a, factor, addend);
            b = TVector.MultiplyAdd(b, factor, addend);
            c = TVector.MultiplyAdd(c, factor, addend);
            d = TVector.MultiplyAdd(d, factor, addend);
            e = TVector.MultiplyAdd(e, factor, addend);
            f = TVector.MultiplyAdd(f, factor, addend);
            g = TVector.MultiplyAdd(g, factor, addend);
            h = TVector.MultiplyAdd(h, factor, addend);
            i = TVector.MultiplyAdd(i, factor, addend);
            j = TVector.MultiplyAdd(j, factor, addend);
            k = TVector.MultiplyAdd(k, factor, addend);
            l = TVector.MultiplyAdd(l, factor, addend);
        }

        return a.First + b.First + c.First + d.First + e.First + f.First + g.First + h.First + i.First + j.First + k.First + l.First;
    }

    private interface IVector<TSelf>
    {
        float First { get; }

        static abstract TSelf Create(float value);

        static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf addend);
    }

    private readonly struct Bits512(Vector512<float> value) : IVector<Bits512>
    {
        private readonly Vector512<float> _value = value;

        public float First => _value[0];

        public static Bits512 Create(float value) => new(Vector512.Create(value));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Bits512 MultiplyAdd(Bits512 left, Bits512 right, Bits512 addend) =>
            new(Vector512.FusedMultiplyAdd(left._value, right._value, addend._value));
    }

    private readonly struct Bits256(Vector256<float> value) : IVector<Bits256>
    {
        private readonly Vector256<float> _value = value;

        public float First => _value[0];

        public static Bits256 Create(float value) => new(Vector256.Create(value));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Bits256 MultiplyAdd(Bits256 left, Bits256 right, Bits256 addend) =>
            new(Vector256.FusedMultiplyAdd(left._value, right._value, addend._value));
    }

    private readonly struct Bits128(Vector128<float> value) : IVector<Bits128>
    {
        private readonly Vector128<float> _value = value;

        public float First => _value[0];

        public static Bits128 Create(float value) => new(Vector128.Create(value));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Bits128 MultiplyAdd(Bits128 left, Bits128 right, Bits128 addend) =>
            new(Vector128.FusedMultiplyAdd(left._value, right._value, addend._value));
    }
}
