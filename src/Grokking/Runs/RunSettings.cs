using Grokking.Data;
using Grokking.Models;
using Grokking.Training;

namespace Grokking.Runs;

/// <summary>Which engine trains.</summary>
public enum EngineKind
{
    /// <summary><see cref="Training.Fused.FusedEngine"/>.</summary>
    Fused,

    /// <summary><see cref="AutogradEngine"/>.</summary>
    Autograd,
}

/// <summary>How the equations are split.</summary>
public enum SplitKind
{
    /// <summary><see cref="DatasetSplit.ByFraction"/>.</summary>
    Fraction,

    /// <summary><see cref="DatasetSplit.ByPairs"/>.</summary>
    Pairs,

    /// <summary><see cref="DatasetSplit.ByLabel"/>.</summary>
    Labels,
}

/// <summary>All that decides a run: the same settings make the same run. <see cref="Setting.All"/> is the table of them.</summary>
/// <exception cref="ArgumentOutOfRangeException">A value makes no sense; the message names it and one that would be right.</exception>
public sealed record RunSettings
{
    /// <summary>The original's settings: it groks after some five thousand epochs.</summary>
    public static RunSettings Original { get; } = new();

    /// <summary>
    /// Settings with which it groks within some twenty epochs: the winner of the benchmarks' <c>search</c> over learning rate,
    /// weight decay, batch size and betas.
    /// </summary>
    public static RunSettings Fast { get; } = new()
    {
        Epochs = 60,
        BatchSize = 384,
        Optimizer = new() { LearningRate = 0.006, WeightDecay = 0.7, Beta1 = 0.7, Beta2 = 0.999 },
    };

    /// <summary>What the network learns.</summary>
    public Operation Operation { get; init; } = Operation.Add;

    /// <summary>The modulus p; 97 in the original.</summary>
    public int Modulus { get; init; } = Operation.Add.DefaultModulus;

    /// <summary>How the equations are split.</summary>
    public SplitKind Split { get; init; }

    /// <summary>The share of the equations, or of the pairs, to learn from, between 0 and 1.</summary>
    public double TrainingFraction { get; init; } = 0.8;

    /// <summary>In a split by labels, the first one to learn from.</summary>
    public int FirstTrainingLabel { get; init; } = 20;

    /// <summary>The network, by its name in <see cref="Network.All"/>.</summary>
    public string Model { get; init; } = "mlp";

    /// <summary>Width of a token's embedding.</summary>
    public int EmbeddingWidth { get; init => field = Legal.AtLeast(value, 1, "embedding's width", "128"); } = 128;

    /// <summary>Width of the hidden layer.</summary>
    public int HiddenWidth { get; init => field = Legal.AtLeast(value, 1, "hidden layer's width", "128"); } = 128;

    /// <summary>The optimiser.</summary>
    public OptimizerSettings Optimizer { get; init; } = new();

    /// <summary>Equations a step; the last batch of an epoch takes what is left.</summary>
    public int BatchSize { get; init => field = Legal.AtLeast(value, 1, "batch size", "512"); } = 512;

    /// <summary>The number of passes over the training equations.</summary>
    public int Epochs { get; init => field = Legal.AtLeast(value, 1, "number of epochs", "20000"); } = 20_000;

    /// <summary>The engine.</summary>
    public EngineKind Engine { get; init; }

    /// <summary>Threads that do the arithmetic, which make no difference to what is computed; null leaves it to the engine.</summary>
    public int? Threads { get; init => field = Legal.FromTo(value, 1, 256, "number of threads"); }

    /// <summary>Draws the split and the order of batches, in a generator of their own.</summary>
    public ulong DataSeed { get; init; } = 21;

    /// <summary>Draws the initial weights (<c>torch.manual_seed</c>).</summary>
    public ulong Seed { get; init; }

    /// <summary>The presets.</summary>
    public static IReadOnlyList<RunSettings> Presets { get; } = [Original, Fast];

    /// <summary>The settings of a preset: <c>original</c> or <c>fast</c>.</summary>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public static RunSettings Preset(string name) => name switch
    {
        "original" => Original,
        "fast" => Fast,
        _ => throw new ArgumentException($"There is no preset '{name}'; the presets are original, fast."),
    };

    /// <summary>The split of these settings.</summary>
    /// <param name="dataset">The equations.</param>
    /// <param name="generator">Where a permutation is drawn.</param>
    /// <exception cref="ArgumentException">One side would be empty, or the operation does not go with the split.</exception>
    internal DatasetSplit SplitOf(EquationDataset dataset, TorchSharp.torch.Generator generator) => Split switch
    {
        SplitKind.Fraction => DatasetSplit.ByFraction(dataset, TrainingFraction, generator),
        SplitKind.Pairs => DatasetSplit.ByPairs(dataset, TrainingFraction, generator),
        SplitKind.Labels => DatasetSplit.ByLabel(dataset, FirstTrainingLabel),
        _ => throw new ArgumentException($"There is no split {Split}."),
    };
}
