using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace Grokking.Models;

/// <summary>The spectral norm (largest singular value) of a matrix, cheap enough to be taken of a weight every epoch.</summary>
/// <remarks>
/// Lanczos' method on <c>WᵀW</c> with full reorthogonalisation, in float64: Golub and Van Loan, Matrix Computations (4th
/// edition), 10.1 and 10.3. It starts afresh in every call. To start from an earlier epoch's vector would be faster, but an
/// iteration from there stays for long with a direction that was the largest and is no more.
/// </remarks>
public static class SpectralNorm
{
    // The estimate only grows from step to step. It is looked at now and then, and taken once it all but stands still.
    private const int StepsBetweenEstimates = 5;
    private const double StandsStill = 1e-8;

    /// <summary>The norm of a matrix, to at least six digits; NaN where an entry is not finite.</summary>
    /// <param name="matrix"><c>[rows, columns] float32</c>, on the CPU.</param>
    /// <exception cref="ArgumentException">It is no such matrix.</exception>
    public static double Of(Tensor matrix)
    {
        if (matrix.dim() != 2 || matrix.dtype != torch.ScalarType.Float32 || matrix.device_type != DeviceType.CPU)
        {
            throw new ArgumentException(
                $"The spectral norm is taken of a float32 matrix on the CPU, not of a {matrix.dtype} tensor of shape [{string.Join(", ", matrix.shape)}] on {matrix.device}.",
                nameof(matrix));
        }

        var (rows, columns) = ((int)matrix.size(0), (int)matrix.size(1));
        // Steps can't leave the space of the rows and the start.
        var steps = Math.Min(rows + 1, columns);
        var rented = ArrayPool<double>.Shared.Rent((rows * columns) + ((steps + 1) * columns) + (2 * steps));
        try
        {
            var weights = rented.AsSpan(0, rows * columns);
            var rest = rented.AsSpan(rows * columns);
            using var scope = torch.NewDisposeScope();
            var dense = matrix.detach().contiguous();
            TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, float>(dense.bytes), weights);
            return Math.Sqrt(LargestEigenvalue(weights, rest[(2 * steps)..], rest[..steps], rest.Slice(steps, steps), columns));
        }
        finally
        {
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    /// <summary>The largest eigenvalue of <c>WᵀW</c>; the other spans are room for the basis and the tridiagonal matrix.</summary>
    private static double LargestEigenvalue(
        ReadOnlySpan<double> weights, Span<double> basis, Span<double> diagonal, Span<double> beside, int columns)
    {
        var start = basis[..columns];
        // Any start that is not orthogonal to the answer will do; it is fixed so that a run can be repeated.
        var random = new Random(1);
        foreach (ref var entry in start)
        {
            entry = random.NextDouble() - 0.5;
        }

        TensorPrimitives.Divide(start, TensorPrimitives.Norm<double>(start), start);
        var (estimate, scale) = (0.0, 0.0);
        for (var step = 0; step < diagonal.Length; step++)
        {
            var vector = basis.Slice(step * columns, columns);
            var next = basis.Slice((step + 1) * columns, columns);
            Multiply(weights, vector, next);
            diagonal[step] = TensorPrimitives.Dot<double>(vector, next);
            // Twice: what little is left after the first time may be rounding, along the vectors that were taken out.
            for (var earlier = 0; earlier < 2 * (step + 1); earlier++)
            {
                var other = basis.Slice(earlier % (step + 1) * columns, columns);
                TensorPrimitives.MultiplyAdd(other, -TensorPrimitives.Dot<double>(other, next), next, next);
            }

            beside[step] = TensorPrimitives.Norm<double>(next);
            if (!double.IsFinite(beside[step]))
            {
                return double.NaN;
            }

            scale = Math.Max(scale, diagonal[step]);
            var complete = step == diagonal.Length - 1 || beside[step] <= StandsStill * scale;
            if (complete || (step + 1) % StepsBetweenEstimates == 0)
            {
                var last = estimate;
                estimate = LargestEigenvalue(diagonal[..(step + 1)], beside[..step]);
                if (complete || estimate - last <= StandsStill * estimate)
                {
                    break;
                }
            }

            TensorPrimitives.Divide(next, beside[step], next);
        }

        return estimate;
    }

    /// <summary><c>WᵀW</c> times a vector.</summary>
    private static void Multiply(ReadOnlySpan<double> weights, ReadOnlySpan<double> vector, Span<double> product)
    {
        product.Clear();
        for (var row = 0; row < weights.Length; row += vector.Length)
        {
            var entries = weights.Slice(row, vector.Length);
            TensorPrimitives.MultiplyAdd(entries, TensorPrimitives.Dot(entries, vector), product, product);
        }
    }

    /// <summary>The largest eigenvalue of a tridiagonal matrix, by bisection (Golub and Van Loan, 8.4.1).</summary>
    private static double LargestEigenvalue(ReadOnlySpan<double> diagonal, ReadOnlySpan<double> beside)
    {
        // It is no less than any entry of the diagonal and, after Gershgorin, no more than any row's sum.
        var (low, high) = (0.0, 0.0);
        for (var i = 0; i < diagonal.Length; i++)
        {
            low = Math.Max(low, diagonal[i]);
            high = Math.Max(high, diagonal[i] + (i > 0 ? beside[i - 1] : 0) + (i < beside.Length ? beside[i] : 0));
        }

        while (high - low > 1e-14 * high)
        {
            var middle = (low + high) / 2;
            (low, high) = HasEigenvalueAbove(middle, diagonal, beside) ? (middle, high) : (low, middle);
        }

        return high;
    }

    // Sylvester: there are as many eigenvalues above a value as pivots above 0.
    private static bool HasEigenvalueAbove(double value, ReadOnlySpan<double> diagonal, ReadOnlySpan<double> beside)
    {
        var pivot = diagonal[0] - value;
        for (var i = 1; pivot <= 0 && i < diagonal.Length; i++)
        {
            pivot = diagonal[i] - value - (beside[i - 1] * beside[i - 1] / pivot);
        }

        return pivot > 0;
    }
}
