using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Grokking.Training.Fused;

/// <summary>
/// One AdamW step as PyTorch takes it (https://docs.pytorch.org/docs/stable/generated/torch.optim.AdamW.html): decoupled
/// decay, bias-corrected moments, epsilon outside the root.
/// </summary>
internal readonly struct AdamWKernel
{
    /// <summary>The least epsilon beside which moments may be taken for zero as they are here: a second one's root is less.</summary>
    public const double LeastEpsilon = 1e-15;

    // Moments smaller than this change no weight any more, and arithmetic on numbers near 1e-38 is slow.
    private const float Negligible = 1e-30f;
    private const int Width = 16;

    private readonly float _newFirst;
    private readonly float _newSecond;
    private readonly float _keep;
    private readonly float _stepSize;
    private readonly float _epsilon;

    /// <summary>The step of a given number.</summary>
    /// <param name="settings">The optimiser's numbers.</param>
    /// <param name="step">The step, from 1.</param>
    public AdamWKernel(OptimizerSettings settings, long step)
    {
        var learningRate = settings.LearningRate * settings.LearningRateFactor(step);
        var correction1 = 1 - Math.Pow(settings.Beta1, step);
        var correction2 = Math.Sqrt(1 - Math.Pow(settings.Beta2, step));
        _newFirst = (float)(1 - settings.Beta1);
        _newSecond = (float)(1 - settings.Beta2);
        _keep = (float)(1 - (learningRate * settings.WeightDecay));
        // PyTorch: lr / correction1 · first / (√second / correction2 + ε); here both parts are multiplied by correction2.
        _stepSize = (float)(learningRate / correction1 * correction2);
        _epsilon = (float)(settings.Epsilon * correction2);
    }

    /// <summary>Moves weights and their two moments.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Update(Span<float> weights, ReadOnlySpan<float> gradients, Span<float> firstMoments, Span<float> secondMoments)
    {
        if (gradients.Length != weights.Length || firstMoments.Length != weights.Length || secondMoments.Length != weights.Length)
        {
            throw new ArgumentException(
                $"{weights.Length} weights have {gradients.Length} gradients and {firstMoments.Length} and {secondMoments.Length} moments.", nameof(weights));
        }

        ref var w = ref MemoryMarshal.GetReference(weights);
        ref var g = ref MemoryMarshal.GetReference(gradients);
        ref var m = ref MemoryMarshal.GetReference(firstMoments);
        ref var v = ref MemoryMarshal.GetReference(secondMoments);
        var whole = weights.Length - (weights.Length % Width);
        for (nuint i = 0; i < (nuint)whole; i += Width)
        {
            Update(ref Unsafe.Add(ref w, i), ref Unsafe.Add(ref g, i), ref Unsafe.Add(ref m, i), ref Unsafe.Add(ref v, i));
        }

        var rest = weights.Length - whole;
        if (rest > 0)
        {
            Span<float> part = stackalloc float[4 * Width];
            weights[whole..].CopyTo(part);
            gradients[whole..].CopyTo(part[Width..]);
            firstMoments[whole..].CopyTo(part[(2 * Width)..]);
            secondMoments[whole..].CopyTo(part[(3 * Width)..]);
            Update(ref part[0], ref part[Width], ref part[2 * Width], ref part[3 * Width]);
            part[..rest].CopyTo(weights[whole..]);
            part.Slice(2 * Width, rest).CopyTo(firstMoments[whole..]);
            part.Slice(3 * Width, rest).CopyTo(secondMoments[whole..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Update(ref float weight, ref float gradient, ref float firstMoment, ref float secondMoment)
    {
        var negligible = Vector512.Create(Negligible);
        var g = Vector512.LoadUnsafe(ref gradient);
        var m = Vector512.LoadUnsafe(ref firstMoment);
        var v = Vector512.LoadUnsafe(ref secondMoment);
        m = Vector512.FusedMultiplyAdd(Vector512.Create(_newFirst), g - m, m);
        v = Vector512.FusedMultiplyAdd(Vector512.Create(_newSecond), (g * g) - v, v);
        m = Vector512.BitwiseAnd(m, Vector512.GreaterThan(Vector512.Abs(m), negligible));
        v = Vector512.BitwiseAnd(v, Vector512.GreaterThan(v, negligible));
        m.StoreUnsafe(ref firstMoment);
        v.StoreUnsafe(ref secondMoment);
        var update = m / (Vector512.Sqrt(v) + Vector512.Create(_epsilon));
        var kept = Vector512.LoadUnsafe(ref weight) * _keep;
        Vector512.FusedMultiplyAdd(Vector512.Create(-_stepSize), update, kept).StoreUnsafe(ref weight);
    }
}
