using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;
using static TorchSharp.torch;

namespace Grokking.Analysis;

/// <summary>
/// Principal component analysis by the singular value decomposition of the centred matrix, as scikit-learn's
/// <c>PCA(components).fit_transform</c>.
/// </summary>
public sealed class PrincipalComponents
{
    private PrincipalComponents(double[,] scores, double[,] axes, double[] explainedVarianceRatio)
    {
        Scores = scores;
        Axes = axes;
        ExplainedVarianceRatio = explainedVarianceRatio;
    }

    /// <summary>Each sample's place on the axes, <c>[samples, components]</c>.</summary>
    public double[,] Scores { get; }

    /// <summary>The axes as rows of unit length, <c>[components, features]</c>, by falling variance.</summary>
    public double[,] Axes { get; }

    /// <summary>The share of all variance that each axis holds, from 0 to 1.</summary>
    public IReadOnlyList<double> ExplainedVarianceRatio { get; }

    /// <summary>
    /// Finds the axes of largest variance. The sign of an axis is free; here its entry of largest absolute value is
    /// positive (the first of them, where several are equally large).
    /// </summary>
    /// <param name="matrix">Samples as rows, <c>[samples, features]</c>, all finite.</param>
    /// <param name="components">Axes to keep, from 1 to the smaller of the two sizes.</param>
    /// <exception cref="ArgumentException">The matrix has an entry that is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of components does not fit the matrix.</exception>
    public static PrincipalComponents Fit(double[,] matrix, int components)
    {
        var (samples, features) = (matrix.GetLength(0), matrix.GetLength(1));
        if (components < 1 || components > Math.Min(samples, features))
        {
            throw new ArgumentOutOfRangeException(
                nameof(components),
                $"{components} components were asked of a {samples} × {features} matrix; it has 1 to {Math.Min(samples, features)}.");
        }

        foreach (var entry in matrix)
        {
            if (!double.IsFinite(entry))
            {
                throw new ArgumentException($"The matrix has the entry {entry}; all have to be finite.", nameof(matrix));
            }
        }

        var centred = Matrix<double>.Build.DenseOfArray(matrix);
        var means = centred.ColumnSums() / samples;
        for (var row = 0; row < samples; row++)
        {
            centred.SetRow(row, centred.Row(row) - means);
        }

        // Of many samples, the triangle of QR has the same axes and spares the decomposition a matrix of samples by samples.
        var svd = (samples > features ? centred.QR(QRMethod.Thin).R : centred).Svd();
        var axes = svd.VT.SubMatrix(0, components, 0, features);
        for (var axis = 0; axis < components; axis++)
        {
            if (axes[axis, axes.Row(axis).AbsoluteMaximumIndex()] < 0)
            {
                axes.SetRow(axis, -axes.Row(axis));
            }
        }

        var variances = svd.S.PointwisePower(2);
        var total = variances.Sum();
        return new PrincipalComponents(
            centred.TransposeAndMultiply(axes).ToArray(),
            axes.ToArray(),
            [.. variances.Take(components).Select(variance => total > 0 ? variance / total : 0)]);
    }

    /// <summary>Finds the axes of largest variance of a tensor, such as a weight or a layer's outputs.</summary>
    /// <param name="matrix">Samples as rows, <c>[samples, features]</c>, of any floating-point type.</param>
    /// <param name="components">Axes to keep, from 1 to the smaller of the two sizes.</param>
    /// <exception cref="ArgumentException">The tensor is no matrix, or has an entry that is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of components does not fit the matrix.</exception>
    public static PrincipalComponents Fit(Tensor matrix, int components)
    {
        if (matrix.dim() != 2)
        {
            throw new ArgumentException(
                $"The tensor has shape [{string.Join(", ", matrix.shape)}]; it has to be [samples, features].", nameof(matrix));
        }

        using var scope = NewDisposeScope();
        var values = matrix.detach().to(float64).contiguous().data<double>().ToArray();
        var (samples, features) = ((int)matrix.size(0), (int)matrix.size(1));
        var copy = new double[samples, features];
        Buffer.BlockCopy(values, 0, copy, 0, values.Length * sizeof(double));
        return Fit(copy, components);
    }
}
