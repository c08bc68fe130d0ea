using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace Grokking.Analysis;

/// <summary>
/// The spectral norm (largest singular value) of a matrix that changes little from call to call, such as a weight from
/// epoch to epoch: power iteration on <c>WᵀW</c> that starts where the last call ended.
/// </summary>
public sealed class SpectralNorm
{
    // The error of a Rayleigh quotient is of the order of the residual's square.
    private const double RelativeResidual = 1e-4;
    private const int MaximalIterations = 2_000;

    private float[] _right = [];
    private float[] _next = [];

    /// <summary>The norm of a matrix, to about six digits.</summary>
    /// <param name="matrix"><c>[rows, columns] float32</c>, contiguous, on the CPU.</param>
    /// <exception cref="ArgumentException">It is no such matrix.</exception>
    public double Of(Tensor matrix)
    {
        if (matrix.dim() != 2 || matrix.dtype != torch.ScalarType.Float32 || !matrix.is_contiguous() || matrix.device_type != DeviceType.CPU)
        {
            throw new ArgumentException(
                $"The spectral norm is taken of a contiguous float32 matrix on the CPU, not of a {matrix.dtype} tensor of shape [{string.Join(", ", matrix.shape)}] on {matrix.device}.",
                nameof(matrix));
        }

        return Of(MemoryMarshal.Cast<byte, float>(matrix.bytes), (int)matrix.size(1));
    }

    private double Of(ReadOnlySpan<float> matrix, int columns)
    {
        if (_right.Length != columns)
        {
            _right = new float[columns];
            _next = new float[columns];
            // Any start that is not orthogonal to the answer will do; it is fixed so that a run can be repeated.
            var random = new Random(1);
            for (var i = 0; i < columns; i++)
            {
                _right[i] = random.NextSingle() - 0.5f;
            }

            Normalise(_right);
        }

        var eigenvalue = 0.0;
        for (var iteration = 0; iteration < MaximalIterations; iteration++)
        {
            _next.AsSpan().Clear();
            for (var row = 0; row < matrix.Length; row += columns)
            {
                var weights = matrix.Slice(row, columns);
                TensorPrimitives.MultiplyAdd(weights, TensorPrimitives.Dot(weights, _right), _next, _next);
            }

            eigenvalue = TensorPrimitives.Dot<float>(_next, _right);
            var residual = 0.0;
            for (var i = 0; i < columns; i++)
            {
                var difference = _next[i] - (eigenvalue * _right[i]);
                residual += difference * difference;
            }

            if (Normalise(_next) == 0)
            {
                return 0;
            }

            (_right, _next) = (_next, _right);
            if (Math.Sqrt(residual) <= RelativeResidual * eigenvalue)
            {
                break;
            }
        }

        return Math.Sqrt(eigenvalue);
    }

    private static float Normalise(Span<float> vector)
    {
        var norm = TensorPrimitives.Norm<float>(vector);
        if (norm > 0)
        {
            TensorPrimitives.Divide(vector, norm, vector);
        }

        return norm;
    }
}
