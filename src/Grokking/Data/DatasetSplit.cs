using static System.FormattableString;
using static TorchSharp.torch;

namespace Grokking.Data;

/// <summary>Which equations a model learns from, and which it is judged on.</summary>
public sealed class DatasetSplit
{
    private readonly long[] _training;
    private readonly long[] _validation;

    /// <summary>A split of one's own: some equations to learn from, others to be judged on.</summary>
    /// <param name="dataset">The equations.</param>
    /// <param name="training">Dataset indices of those to learn from.</param>
    /// <param name="validation">Dataset indices of those to be judged on.</param>
    /// <exception cref="ArgumentException">A side is empty, or an equation is on both sides or twice on one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is none of the dataset's.</exception>
    public DatasetSplit(EquationDataset dataset, IEnumerable<long> training, IEnumerable<long> validation)
        : this(dataset, training.ToArray(), validation.ToArray())
    {
        if (_training.Length == 0 || _validation.Length == 0)
        {
            throw new ArgumentException($"There are {ToString()}; each side has to have at least one.");
        }

        dataset.RequireIndices(_training);
        dataset.RequireIndices(_validation);
        if (_training.Concat(_validation).GroupBy(equation => equation).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException(Invariant($"The equation {twice.Key} is there {twice.Count()} times; each may be on one side once."));
        }
    }

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
    /// <param name="trainingFraction">The share to learn from, between 0 and 1; the original takes 0.8.</param>
    /// <param name="generator">Where the permutation is drawn; the original takes <c>new Generator(21)</c>.</param>
    /// <exception cref="ArgumentException">There is no generator, or it is disposed of.</exception>
    /// <exception cref="ArgumentOutOfRangeException">One side of the split would be empty.</exception>
    public static DatasetSplit ByFraction(EquationDataset dataset, double trainingFraction, Generator generator)
    {
        var (training, validation) = Cut(dataset.Count, trainingFraction, "equations", generator);
        return new DatasetSplit(dataset, training, validation);
    }

    /// <summary>
    /// A random split that keeps <c>a ∘ b</c> and <c>b ∘ a</c> of a symmetric operation on the same side. In a split by
    /// fraction most validation equations have their mirror image in the training set, so a network that has only learnt
    /// that order does not matter answers them; here what it gets right it has worked out otherwise.
    /// </summary>
    /// <param name="dataset">The equations to split.</param>
    /// <param name="trainingFraction">The share of the p · (p + 1) / 2 unordered pairs to learn from, between 0 and 1.</param>
    /// <param name="generator">Where the permutation of the pairs is drawn.</param>
    /// <exception cref="ArgumentException">The operation is not symmetric, or there is no generator.</exception>
    /// <exception cref="ArgumentOutOfRangeException">One side of the split would be empty.</exception>
    public static DatasetSplit ByPairs(EquationDataset dataset, double trainingFraction, Generator generator)
    {
        if (!dataset.Operation.IsCommutative(dataset.Modulus))
        {
            throw new ArgumentException(
                $"The operation '{dataset.Operation}' is not symmetric modulo {dataset.Modulus}, so (a, b) and (b, a) are not one pair; split by fraction.");
        }

        long[][] pairs =
        [
            .. Enumerable.Range(0, dataset.Count).Select(equation => (long)equation)
                .GroupBy(equation => (dataset.TokensOf(equation)[0], dataset.TokensOf(equation)[2]) is var (a, b) && a < b ? (a, b) : (b, a))
                .Select(pair => pair.ToArray()),
        ];
        var (training, validation) = Cut(pairs.Length, trainingFraction, "pairs", generator);
        return new DatasetSplit(dataset, Equations(training), Equations(validation));

        long[] Equations(long[] side) => [.. side.SelectMany(pair => pairs[pair])];
    }

    /// <summary>
    /// Validation is every equation with a small result, training all others. A split by fraction shows whether a network
    /// fills the gaps in a table it has seen all over; this one shows whether it finds answers that it was never given:
    /// training tells it of such a result only that it is none of the others.
    /// </summary>
    /// <param name="dataset">The equations to split.</param>
    /// <param name="firstTrainingLabel">Results below it are validated, those from it on are learnt; 20 in the original's author's experiment.</param>
    /// <exception cref="ArgumentOutOfRangeException">One side of the split would be empty.</exception>
    public static DatasetSplit ByLabel(EquationDataset dataset, int firstTrainingLabel)
    {
        var sides = Enumerable.Range(0, dataset.Count).Select(equation => (long)equation)
            .ToLookup(equation => dataset.LabelOf(equation) >= firstTrainingLabel);
        return sides.Count == 2
            ? new DatasetSplit(dataset, [.. sides[true]], [.. sides[false]])
            : throw new ArgumentOutOfRangeException(
                nameof(firstTrainingLabel),
                $"The first training label is {firstTrainingLabel}; it has to leave at least one of the {dataset.Count} equations on each side, such as {Math.Max(1, dataset.Modulus / 5)}.");
    }

    /// <summary>How many equations are on each side, in one line.</summary>
    public override string ToString() =>
        Invariant($"{_training.Length:N0} training and {_validation.Length:N0} validation equations");

    private static (long[] Training, long[] Validation) Cut(int count, double trainingFraction, string what, Generator generator)
    {
        Generators.Require(generator);
        // https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.random_split: both lengths are rounded down,
        // and what is left over (at most one) goes to the first.
        var training = Math.Floor(count * trainingFraction);
        var validation = Math.Floor(count * (1 - trainingFraction));
        training += count - training - validation;
        if (!(trainingFraction is > 0 and < 1) || training < 1 || validation < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(trainingFraction),
                Invariant($"The training fraction is {trainingFraction}; it has to leave at least one of the {count} {what} on each side, such as 0.8."));
        }

        using var permutation = randperm(count, generator: generator);
        var order = permutation.data<long>().ToArray();
        return (order[..(int)training], order[(int)training..]);
    }
}
