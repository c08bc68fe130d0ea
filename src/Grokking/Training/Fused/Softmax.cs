using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Grokking.Training.Fused;

/// <summary>
/// Softmax and cross-entropy of one row of logits in float32 without cancellation: the largest exponential, which is 1,
/// is left out of the sum, and so is the label's own, so that neither <c>log</c> nor <c>p − 1</c> is taken near 1.
/// </summary>
internal static class Softmax
{
    /// <summary>Rows are padded to a multiple of this many logits, each pad minus infinity.</summary>
    public const int Padding = 16;

    /// <summary>A row's length, or the next that is padded.</summary>
    public static int Padded(int length) => (length + Padding - 1) / Padding * Padding;

    // A probability below this is nothing to a float32 sum, and would make the products after it subnormal, which are slow.
    private const float SmallestExponent = -69;

    /// <summary>The loss and, in place of the logits, its gradient.</summary>
    /// <param name="logits">
    /// The padded row, without the bias; becomes <c>scale · (softmax − one-hot)</c>, or the exponentials where scale is 0.
    /// </param>
    /// <param name="bias">The padded bias; minus infinity in the padding.</param>
    /// <param name="label">The right class.</param>
    /// <param name="scale">What the gradient is multiplied with: 1 over the rows of the batch, or 0 for none.</param>
    /// <param name="correct">Whether the label's logit is the largest, and the first of them.</param>
    /// <returns>The cross-entropy in nats.</returns>
    /// <exception cref="ArgumentException">The lengths differ or are not padded, or the label is outside.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double CrossEntropy(Span<float> logits, ReadOnlySpan<float> bias, int label, float scale, out bool correct)
    {
        if (logits.Length != bias.Length || logits.Length % Padding != 0 || (uint)label >= (uint)logits.Length)
        {
            throw new ArgumentException(
                $"A row of {logits.Length} logits with a bias of {bias.Length} and label {label} is not a padded row.", nameof(logits));
        }

        ref var row = ref MemoryMarshal.GetReference(logits);
        ref var shift = ref MemoryMarshal.GetReference(bias);
        var length = (nuint)logits.Length;
        var largest = Vector512.Create(float.NegativeInfinity);
        for (nuint i = 0; i < length; i += Padding)
        {
            var biased = Vector512.LoadUnsafe(ref row, i) + Vector512.LoadUnsafe(ref shift, i);
            biased.StoreUnsafe(ref row, i);
            largest = Vector512.Max(largest, biased);
        }

        var maximum = HorizontalMaximum(largest);
        var own = logits[label];
        var largestOnes = Vector512<int>.Zero;
        var sum = Vector512<float>.Zero;
        for (nuint i = 0; i < length; i += Padding)
        {
            var logit = Vector512.LoadUnsafe(ref row, i);
            // Each that is equal adds its mask, which is −1.
            largestOnes -= Vector512.Equals(logit, Vector512.Create(maximum)).AsInt32();
            var exponential = Exp(logit - Vector512.Create(maximum));
            exponential.StoreUnsafe(ref row, i);
            sum += exponential;
        }

        // The label's own exponential is taken out of the row, and the others are summed once more without it only
        // where it would drown them.
        var ownExponential = logits[label];
        // A tie is rare; there the largest exponentials are exactly 1.
        correct = own == maximum && (Vector512.Sum(largestOnes) == 1 || logits.IndexOf(1f) == label);
        float others;
        if (own == maximum)
        {
            logits[label] = 0;
            sum = Vector512<float>.Zero;
            for (nuint i = 0; i < length; i += Padding)
            {
                sum += Vector512.LoadUnsafe(ref row, i);
            }

            others = Vector512.Sum(sum);
        }
        else
        {
            others = Vector512.Sum(sum) - ownExponential;
        }

        if (scale != 0)
        {
            var factor = Vector512.Create(scale / (others + ownExponential));
            for (nuint i = 0; i < length; i += Padding)
            {
                (Vector512.LoadUnsafe(ref row, i) * factor).StoreUnsafe(ref row, i);
            }

            logits[label] = -others * factor[0];
        }

        return own == maximum ? Log1P(others) : maximum - (double)own + Math.Log(others + (double)ownExponential);
    }

    /// <summary>
    /// e^x for x ≤ 0, to 2 units in the last place: x = n·ln 2 + r, a polynomial for e^r, and n added to the exponent.
    /// Zero below <see cref="SmallestExponent"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        var keep = Vector512.GreaterThan(x, Vector512.Create(SmallestExponent));
        x = Vector512.Max(x, Vector512.Create(SmallestExponent));
        // Adding 1.5 · 2^23 rounds to a whole number and leaves it in the lowest bits.
        var rounder = Vector512.Create(12582912f);
        var shifted = Vector512.FusedMultiplyAdd(x, Vector512.Create(1.44269504f), rounder);
        var n = shifted - rounder;
        // ln 2 in two parts: the first has few enough bits that n times it is exact.
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-0.693359375f), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(2.12194440e-4f), r);
        // The Taylor series to r^7; |r| ≤ ln(2)/2, so the first term left out is 5e-9.
        var e = Vector512.FusedMultiplyAdd(Vector512.Create(1 / 5040f), r, Vector512.Create(1 / 720f));
        e = Vector512.FusedMultiplyAdd(e, r, Vector512.Create(1 / 120f));
        e = Vector512.FusedMultiplyAdd(e, r, Vector512.Create(1 / 24f));
        e = Vector512.FusedMultiplyAdd(e, r, Vector512.Create(1 / 6f));
        e = Vector512.FusedMultiplyAdd(e, r, Vector512.Create(0.5f));
        e = Vector512.FusedMultiplyAdd(e, r, Vector512<float>.One);
        e = Vector512.FusedMultiplyAdd(e, r, Vector512<float>.One);
        var exponential = (e.AsInt32() + (shifted.AsInt32() << 23)).AsSingle();
        return Vector512.BitwiseAnd(exponential, keep);
    }

    private static float HorizontalMaximum(Vector512<float> vector)
    {
        var half = Vector256.Max(vector.GetLower(), vector.GetUpper());
        var quarter = Vector128.Max(half.GetLower(), half.GetUpper());
        return MathF.Max(MathF.Max(quarter[0], quarter[1]), MathF.Max(quarter[2], quarter[3]));
    }

    private static double Log1P(double x) => x < 1e-5 ? x - (x * x / 2) : Math.Log(1 + x);
}
