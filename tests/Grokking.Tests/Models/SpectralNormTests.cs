using Grokking.Models;
using MathNet.Numerics.LinearAlgebra;
using static TorchSharp.torch;

namespace Grokking.Tests.Models;

public sealed class SpectralNormTests
{
    [Theory]
    [InlineData(99, 128)]
    [InlineData(128, 99)]
    [InlineData(7, 7)]
    [InlineData(1, 9)]
    [InlineData(9, 1)]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    public void A_random_matrix_has_the_norm_that_its_singular_values_say(int rows, int columns)
    {
        AssertNorm(Matrix<double>.Build.Random(rows, columns, seed: 3));
    }

    [Fact]
    public void A_matrix_of_rank_1_has_the_product_of_its_vectors_lengths()
    {
        var left = Vector<double>.Build.Dense(4, i => i + 1);
        var right = Vector<double>.Build.DenseOfArray([2, -1, 2]);
        Assert.Equal(Math.Sqrt(30) * 3, Norm(left.OuterProduct(right)), 1e-5);
        AssertNorm(Vector<double>.Build.Random(99, 1).OuterProduct(Vector<double>.Build.Random(128, 2)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-7)]
    [InlineData(1e-5)]
    [InlineData(1e-4)]
    [InlineData(2e-4)]
    [InlineData(5e-4)]
    [InlineData(1e-3)]
    [InlineData(1e-2)]
    public void Two_largest_values_that_are_nearly_equal_are_told_apart(double gap)
    {
        AssertNorm(WithSingularValues(99, 128, [5, 5 * (1 - gap), 3, 2, 1]));
        AssertNorm(WithSingularValues(99, 128, [.. Enumerable.Range(0, 10).Select(i => 5 * (1 - (gap * i)))]));
    }

    [Fact]
    public void A_matrix_of_zeros_has_norm_0()
    {
        Assert.Equal(0, Norm(Matrix<double>.Build.Dense(5, 4)));
    }

    [Theory]
    [InlineData(1e-15)]
    [InlineData(1e-25)]
    [InlineData(1e15)]
    [InlineData(1e30)]
    public void Very_small_and_very_large_weights_have_theirs(double scale)
    {
        var matrix = Matrix<double>.Build.Random(20, 30, seed: 5);
        Assert.Equal(1, Norm(scale * matrix) / (scale * Norm(matrix)), 1e-6);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_matrix_that_is_not_finite_has_none(float entry)
    {
        using var matrix = ones(5, 4);
        matrix[2, 3] = entry;
        Assert.Equal(double.NaN, SpectralNorm.Of(matrix));
    }

    [Fact]
    public void Largest_values_that_change_places_are_followed()
    {
        // One direction grows by 1 in 10,000 a step and passes the others, as directions do in the course of a training.
        var (left, right) = (Orthonormal(99, 4, 1), Orthonormal(128, 4, 2));
        for (var step = -200; step < 600; step += 40)
        {
            AssertNorm(left * Matrix<double>.Build.DenseOfDiagonalArray([5 * (1 + (step * 1e-4)), 5, 4.9, 3]) * right.Transpose());
        }
    }

    [Fact]
    public void What_is_no_matrix_of_floats_is_refused()
    {
        Assert.Contains("float32 matrix", Assert.Throws<ArgumentException>(() => SpectralNorm.Of(zeros(5))).Message);
        Assert.Contains("Float64", Assert.Throws<ArgumentException>(() => SpectralNorm.Of(zeros([5, 4], float64))).Message);
    }

    [Fact]
    public void A_transposed_view_has_its_matrixs_norm()
    {
        using var matrix = tensor(new float[,] { { 3, 1, 0 }, { 1, 2, 5 } });
        Assert.Equal(SpectralNorm.Of(matrix), SpectralNorm.Of(matrix.t()), 1e-6);
    }

    private static void AssertNorm(Matrix<double> matrix)
    {
        // The values that a float holds, so that rounding is no part of the difference.
        matrix = matrix.Map(entry => (double)(float)entry);
        var expected = matrix.Svd(computeVectors: false).S[0];
        Assert.Equal(1, Norm(matrix) / expected, 1e-6);
    }

    private static double Norm(Matrix<double> matrix)
    {
        using var weight = tensor(matrix.ToRowMajorArray().Select(entry => (float)entry).ToArray(), [matrix.RowCount, matrix.ColumnCount]);
        return SpectralNorm.Of(weight);
    }

    private static Matrix<double> WithSingularValues(int rows, int columns, double[] values) =>
        Orthonormal(rows, values.Length, 1) * Matrix<double>.Build.DenseOfDiagonalArray(values) * Orthonormal(columns, values.Length, 2).Transpose();

    private static Matrix<double> Orthonormal(int rows, int columns, int seed) =>
        Matrix<double>.Build.Random(rows, columns, seed).GramSchmidt().Q;
}
