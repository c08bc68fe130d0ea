using Grokking.Training.Runs;
using static System.FormattableString;

namespace Grokking.Training.Sweeps;

/// <summary>A number of a <see cref="RunOptions"/> that a grid can go over.</summary>
public sealed class SweepField
{
    // Above 2^53 not every whole number is a double.
    private const double LargestWhole = 9_007_199_254_740_992;

    private readonly Func<RunOptions, double> _get;
    private readonly Func<RunOptions, double, RunOptions> _set;

    private SweepField(string name, Func<RunOptions, double> get, Func<RunOptions, double, RunOptions> set)
    {
        Name = name;
        _get = get;
        _set = set;
    }

    /// <summary>The share of the equations to learn from.</summary>
    public static SweepField TrainingFraction { get; } = new(
        "train_fraction", cell => cell.TrainingFraction, (cell, value) => cell with { TrainingFraction = value });

    /// <summary>AdamW's weight decay.</summary>
    public static SweepField WeightDecay { get; } = OfOptions(
        "weight_decay", options => options.WeightDecay, (options, value) => options with { WeightDecay = value });

    /// <summary>AdamW's step size.</summary>
    public static SweepField LearningRate { get; } = OfOptions(
        "learning_rate", options => options.LearningRate, (options, value) => options with { LearningRate = value });

    /// <summary>Equations a step; a whole number.</summary>
    public static SweepField BatchSize { get; } = OfOptions(
        "batch_size", options => options.BatchSize, (options, value) => options with { BatchSize = (int)Whole("batch size", value, int.MaxValue) });

    /// <summary>AdamW's decay rate for the mean of the gradients.</summary>
    public static SweepField Beta1 { get; } = OfOptions("beta1", options => options.Beta1, (options, value) => options with { Beta1 = value });

    /// <summary>AdamW's decay rate for the mean of the squared gradients.</summary>
    public static SweepField Beta2 { get; } = OfOptions("beta2", options => options.Beta2, (options, value) => options with { Beta2 = value });

    /// <summary>AdamW's guard against a division by zero.</summary>
    public static SweepField Epsilon { get; } = OfOptions("epsilon", options => options.Epsilon, (options, value) => options with { Epsilon = value });

    /// <summary>The epochs after which a run ends that has not grokked; a whole number.</summary>
    public static SweepField Epochs { get; } = OfOptions(
        "epochs", options => options.Epochs, (options, value) => options with { Epochs = (int)Whole("number of epochs", value, int.MaxValue) });

    /// <summary>The seed of the initial weights; a whole number.</summary>
    public static SweepField Seed { get; } = new(
        "seed", cell => cell.Seed, (cell, value) => cell with { Seed = (ulong)Whole("seed", value, LargestWhole) });

    /// <summary>The seed of the split and the order of batches; a whole number.</summary>
    public static SweepField DataSeed { get; } = new(
        "data_seed", cell => cell.DataSeed, (cell, value) => cell with { DataSeed = (ulong)Whole("data seed", value, LargestWhole) });

    /// <summary>Every field.</summary>
    public static IReadOnlyList<SweepField> All { get; } =
        [TrainingFraction, WeightDecay, LearningRate, BatchSize, Beta1, Beta2, Epsilon, Epochs, Seed, DataSeed];

    /// <summary>The field's name in files: <c>weight_decay</c>.</summary>
    public string Name { get; }

    /// <summary>The field's name in text: <c>weight decay</c>.</summary>
    public string Label => Name.Replace('_', ' ');

    /// <summary>The cell's value.</summary>
    public double Of(RunOptions cell) => _get(cell);

    /// <summary>The cell with another value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value makes no sense; the message says what would.</exception>
    public RunOptions With(RunOptions cell, double value) => _set(cell, value);

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>The operation, the modulus and every field of a run, in one line.</summary>
    internal static string Describe(RunOptions cell) => Invariant(
        $"{cell.Operation} of {cell.Modulus} numbers, {string.Join(", ", All.Select(field => Invariant($"{field.Label} {field.Of(cell)}")))}");

    private static SweepField OfOptions(
        string name, Func<TrainingOptions, double> get, Func<TrainingOptions, double, TrainingOptions> set) =>
        new(name, cell => get(cell.Recipe), (cell, value) => cell with { Recipe = set(cell.Recipe, value) });

    private static double Whole(string what, double value, double largest) =>
        double.IsInteger(value) && value >= 0 && value <= largest
            ? value
            : throw new ArgumentOutOfRangeException(null, Invariant($"The {what} is {value}; it has to be a whole number from 0 to {largest}."));
}
