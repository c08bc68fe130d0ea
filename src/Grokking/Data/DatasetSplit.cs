using static TorchSharp.torch;

namespace Grokking.Data;

/// <summary>Which equations a model learns from, and which it is judged on.</summary>
public sealed class DatasetSplit
{
    private readonly long[] _training;
    private readonly long[] _validation;

    private DatasetSplit(EquationDataset dataset, long[] training, long[] validation)
    {
        Dataset = dataset;
        _training = training;
        _validation = validation;
    }

    /// <summary>The equations that were split.</summary>
    public EquationDataset Dataset { get; }

    /// <summary>Training equations, as indices into the dataset.</summary>
    public ReadOnlySpan<long> Training => _training;

    /// <summary>Validation equations, as indices into the dataset.</summary>
    public ReadOnlySpan<long> Validation => _validation;

    /// <summary>
    /// A random split: the equations, and their order, of PyTorch's
    /// <c>random_split(data, [fraction, 1 − fraction], generator)</c>.
    /// </summary>
    /// <param name="dataset">The equations to split.</param>
    /// <param name="trainingFraction">The share to learn from, between 0 and 1; the seed takes 0.8.</param>
    /// <param name="generator">Where the permutation is drawn; the seed takes <c>new Generator(21)</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">One side of the split would be empty.</exception>
    public static DatasetSplit ByFraction(EquationDataset dataset, double trainingFraction, Generator generator)
    {
        // https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.random_split: both lengths are rounded down,
        // and what is left over (at most one equation) goes to the first.
        var training = Math.Floor(dataset.Count * trainingFraction);
        var validation = Math.Floor(dataset.Count * (1 - trainingFraction));
        training += dataset.Count - training - validation;
        if (!(trainingFraction is > 0 and < 1) || training < 1 || validation < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(trainingFraction),
                $"The training fraction is {trainingFraction}; it has to leave at least one of the {dataset.Count} equations on each side, such as 0.8.");
        }

        using var permutation = randperm(dataset.Count, generator: generator);
        var order = permutation.data<long>().ToArray();
        return new DatasetSplit(dataset, order[..(int)training], order[(int)training..]);
    }

    /// <summary>How many equations are on each side, in one line.</summary>
    public override string ToString() => $"{_training.Length:N0} training and {_validation.Length:N0} validation equations";
}
