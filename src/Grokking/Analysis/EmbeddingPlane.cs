using Grokking.Models;
using MathNet.Numerics.LinearAlgebra;
using static TorchSharp.torch;

namespace Grokking.Analysis;

/// <summary>
/// A plane in the space of the embedding, on which the numbers' embeddings are looked at. It is found in one network and
/// holds for its earlier snapshots too, so that points move and the picture does not jump.
/// </summary>
public sealed class EmbeddingPlane
{
    private readonly int _numbers;
    private readonly Matrix<double> _axes;

    private EmbeddingPlane(string name, (string First, string Second) directions, int numbers, Matrix<double> axes)
    {
        Name = name;
        Directions = directions;
        _numbers = numbers;
        _axes = axes;
    }

    /// <summary>What the plane shows, for a title.</summary>
    public string Name { get; }

    /// <summary>What its two axes are, for their titles.</summary>
    public (string First, string Second) Directions { get; }

    /// <summary>The plane in which the numbers differ most: their first two principal components.</summary>
    /// <param name="model">The network, usually at the end of its training.</param>
    /// <param name="numbers">The numbers that a and b may be; the first tokens of the vocabulary.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 numbers, or the network has fewer tokens or a width of 1.</exception>
    /// <exception cref="ArgumentException">A weight is not finite.</exception>
    public static EmbeddingPlane OfPrincipalComponents(EquationModel model, int numbers)
    {
        var axes = PrincipalComponents.Fit(Rows(model, numbers).ToArray(), 2).Axes;
        return new("principal components", ("first principal component", "second principal component"), numbers, Matrix<double>.Build.DenseOfArray(axes));
    }

    /// <summary>
    /// The plane of one frequency k: spanned by <c>Σₙ cos(2πkn/p)·E[n]</c> and <c>Σₙ sin(2πkn/p)·E[n]</c>, made
    /// orthonormal. A network that turns numbers into angles at this frequency shows a circle here.
    /// </summary>
    /// <param name="model">The network, usually at the end of its training.</param>
    /// <param name="numbers">The modulus p; the numbers are the first p tokens of the vocabulary.</param>
    /// <param name="frequency">The frequency k, from 1 to (p − 1) / 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such frequency, or the network has fewer tokens.</exception>
    public static EmbeddingPlane OfFrequency(EquationModel model, int numbers, int frequency)
    {
        if (frequency < 1 || frequency > (numbers - 1) / 2)
        {
            throw new ArgumentOutOfRangeException(
                nameof(frequency), $"The frequency is {frequency}; of {numbers} numbers it has to be from 1 to {(numbers - 1) / 2}.");
        }

        var angles = Vector<double>.Build.Dense(numbers, n => Math.Tau * (frequency * n % numbers) / numbers);
        var waves = Matrix<double>.Build.DenseOfRowVectors(angles.PointwiseCos(), angles.PointwiseSin());
        var directions = waves * Rows(model, numbers);
        var first = directions.Row(0).Normalize(2);
        var second = (directions.Row(1) - (directions.Row(1).DotProduct(first) * first)).Normalize(2);
        return new($"frequency {frequency}", ($"cosine of frequency {frequency}", $"sine of frequency {frequency}"), numbers, Matrix<double>.Build.DenseOfRowVectors(first, second));
    }

    /// <summary>The numbers' embeddings, less their mean, on the plane.</summary>
    /// <param name="model">A network of the size of the one that the plane was found in.</param>
    /// <returns><c>[p, 2]</c>.</returns>
    public double[,] Project(EquationModel model)
    {
        var rows = Rows(model, _numbers);
        var means = rows.ColumnSums() / _numbers;
        return (rows - Matrix<double>.Build.Dense(_numbers, means.Count, (_, column) => means[column])).TransposeAndMultiply(_axes).ToArray();
    }

    private static Matrix<double> Rows(EquationModel model, int numbers)
    {
        if (numbers < 2 || numbers > model.VocabularySize)
        {
            throw new ArgumentOutOfRangeException(
                nameof(numbers), $"{numbers} numbers were asked for; the network has {model.VocabularySize} tokens, and a plane needs at least 2.");
        }

        using var scope = NewDisposeScope();
        var values = model.EmbeddingWeight.detach().to(float64)[..numbers].contiguous().data<double>().ToArray();
        return Matrix<double>.Build.DenseOfRowMajor(numbers, values.Length / numbers, values);
    }
}
