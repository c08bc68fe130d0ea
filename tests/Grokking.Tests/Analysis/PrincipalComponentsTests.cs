using Grokking.Analysis;
using MathNet.Numerics.LinearAlgebra;
using static TorchSharp.torch;

namespace Grokking.Tests.Analysis;

public sealed class PrincipalComponentsTests
{
    [Theory]
    [InlineData(12, 5)]
    [InlineData(5, 12)]
    [InlineData(6, 6)]
    [InlineData(2, 1)]
    public void All_components_give_the_centred_matrix_back(int samples, int features)
    {
        var matrix = Random(samples, features);
        var centred = Centred(matrix);
        var components = Math.Min(samples, features);
        var pca = PrincipalComponents.Fit(matrix.ToArray(), components);
        var (scores, axes) = (Matrix<double>.Build.DenseOfArray(pca.Scores), Matrix<double>.Build.DenseOfArray(pca.Axes));
        Assert.Equal((samples, components), (scores.RowCount, scores.ColumnCount));
        Assert.Equal((components, features), (axes.RowCount, axes.ColumnCount));
        AssertNear(centred, scores * axes);
        AssertNear(Matrix<double>.Build.DenseIdentity(components), axes * axes.Transpose());
        AssertNear(centred * axes.Transpose(), scores);
        Assert.Equal(1, pca.ExplainedVarianceRatio.Sum(), 1e-12);
    }

    [Fact]
    public void Axes_and_shares_are_the_covariances_eigenvectors_and_eigenvalues()
    {
        var matrix = Random(30, 6);
        var centred = Centred(matrix);
        var covariance = (centred.TransposeThisAndMultiply(centred) / 29).Evd(Symmetricity.Symmetric);
        var eigenvalues = covariance.EigenValues.Select(value => value.Real).Reverse().ToArray();
        var pca = PrincipalComponents.Fit(matrix.ToArray(), 3);
        for (var axis = 0; axis < 3; axis++)
        {
            var eigenvector = covariance.EigenVectors.Column(5 - axis);
            Assert.Equal(1, Math.Abs(eigenvector * Vector<double>.Build.Dense(6, i => pca.Axes[axis, i])), 1e-10);
            Assert.Equal(eigenvalues[axis] / eigenvalues.Sum(), pca.ExplainedVarianceRatio[axis], 1e-12);
            var variance = Enumerable.Range(0, 30).Sum(row => pca.Scores[row, axis] * pca.Scores[row, axis]) / 29;
            Assert.Equal(eigenvalues[axis], variance, 1e-12);
        }
    }

    [Fact]
    public void An_axis_points_where_its_largest_entry_is_positive()
    {
        var matrix = Random(20, 7);
        foreach (var sign in new[] { 1, -1 })
        {
            var pca = PrincipalComponents.Fit((sign * matrix).ToArray(), 7);
            for (var axis = 0; axis < 7; axis++)
            {
                Assert.True(Enumerable.Range(0, 7).Select(i => pca.Axes[axis, i]).MaxBy(Math.Abs) > 0, $"axis {axis} of {sign} times the matrix");
            }
        }
    }

    [Fact]
    public void Points_on_a_line_have_one_axis()
    {
        // 1, 2, 3, 4 times (3, 0, -4), away from the origin: the axis is (-0.6, 0, 0.8), along which they go down by 5.
        double[,] matrix = { { 13, 7, -4 }, { 16, 7, -8 }, { 19, 7, -12 }, { 22, 7, -16 } };
        var pca = PrincipalComponents.Fit(matrix, 2);
        Assert.Equal(1, pca.ExplainedVarianceRatio[0], 1e-12);
        Assert.Equal(0, pca.ExplainedVarianceRatio[1], 1e-12);
        AssertNear([-0.6, 0, 0.8], Enumerable.Range(0, 3).Select(i => pca.Axes[0, i]));
        AssertNear([7.5, 2.5, -2.5, -7.5], Enumerable.Range(0, 4).Select(i => pca.Scores[i, 0]));
        AssertNear([0, 0, 0, 0], Enumerable.Range(0, 4).Select(i => pca.Scores[i, 1]));
    }

    [Fact]
    public void Points_that_are_all_the_same_have_no_variance_to_share()
    {
        var pca = PrincipalComponents.Fit(new double[,] { { 1, 2 }, { 1, 2 }, { 1, 2 } }, 2);
        Assert.Equal([0, 0], pca.ExplainedVarianceRatio);
        Assert.All(pca.Scores.Cast<double>(), score => Assert.Equal(0, score));
    }

    [Fact]
    public void A_circle_embedded_in_many_dimensions_comes_back_as_a_circle()
    {
        // The picture the original ends with: cos and sin of a frequency, along two directions that are orthogonal.
        var directions = Random(128, 2).GramSchmidt().Q;
        var points = Matrix<double>.Build.Dense(97, 2, (k, i) => i == 0 ? Math.Cos(10 * Math.PI * k / 97) : Math.Sin(10 * Math.PI * k / 97));
        var pca = PrincipalComponents.Fit((points * directions.Transpose()).ToArray(), 2);
        for (var k = 0; k < 97; k++)
        {
            Assert.Equal(1, double.Hypot(pca.Scores[k, 0], pca.Scores[k, 1]), 1e-10);
        }
    }

    [Fact]
    public void Many_samples_of_few_features_cost_no_matrix_of_samples_by_samples()
    {
        var matrix = Random(20_000, 3);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var pca = PrincipalComponents.Fit(matrix.ToArray(), 2);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000_000);
        Assert.Equal(20_000, pca.Scores.GetLength(0));
    }

    [Fact]
    public void A_tensor_gives_what_its_numbers_give()
    {
        using var weight = randn([6, 4], requires_grad: true);
        var matrix = new double[6, 4];
        for (var row = 0; row < 6; row++)
        {
            for (var column = 0; column < 4; column++)
            {
                matrix[row, column] = weight[row, column].item<float>();
            }
        }

        var expected = PrincipalComponents.Fit(matrix, 2);
        Assert.Equal(expected.Scores, PrincipalComponents.Fit(weight, 2).Scores);
        Assert.Equal(expected.Scores, PrincipalComponents.Fit(weight.detach().t().contiguous().t(), 2).Scores);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(-1)]
    public void A_number_of_components_that_does_not_fit_is_refused(int components)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => PrincipalComponents.Fit(new double[5, 3], components));
        Assert.StartsWith($"{components} components were asked of a 5 × 3 matrix; it has 1 to 3.", error.Message);
    }

    [Fact]
    public void A_matrix_that_is_none_is_refused()
    {
        Assert.Contains(
            "The tensor has shape [5]; it has to be [samples, features].",
            Assert.Throws<ArgumentException>(() => PrincipalComponents.Fit(zeros(5), 1)).Message);
        Assert.Contains(
            "The matrix has the entry NaN; all have to be finite.",
            Assert.Throws<ArgumentException>(() => PrincipalComponents.Fit(new[,] { { 1, double.NaN } }, 1)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => PrincipalComponents.Fit(new double[0, 3], 1));
    }

    private static Matrix<double> Random(int rows, int columns) => Matrix<double>.Build.Random(rows, columns, seed: 7);

    private static Matrix<double> Centred(Matrix<double> matrix) =>
        Matrix<double>.Build.Dense(matrix.RowCount, matrix.ColumnCount, (row, column) => matrix[row, column] - matrix.Column(column).Average());

    private static void AssertNear(Matrix<double> expected, Matrix<double> actual) =>
        Assert.InRange((expected - actual).Enumerate().Max(Math.Abs), 0, 1e-10);

    private static void AssertNear(IEnumerable<double> expected, IEnumerable<double> actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-10));
}
