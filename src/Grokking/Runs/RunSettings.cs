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

    /// <summary>Power et al.'s settings of the transformer (arXiv 2201.02177, A.1.2), but for dropout, which they say nothing of there.</summary>
    public static RunSettings TransformerOriginal { get; } = new()
    {
        Model = "transformer",
        HiddenWidth = 512,
        TrainingFraction = 0.5,
        Epochs = 10_000,
        Optimizer = new() { WeightDecay = 1, WarmupSteps = 10 },
        Engine = EngineKind.Autograd,
    };

    /// <summary>Settings with which the transformer groks in under a third of the steps: three times the paper's learning rate.</summary>
    public static RunSettings TransformerFast { get; } = TransformerOriginal with
    {
        Epochs = 100,
        Optimizer = TransformerOriginal.Optimizer with { LearningRate = 0.003 },
    };

    /// <summary>Nanda et al.'s settings of the one-layer transformer (arXiv 2301.05217, sec. 3): every step sees all that there is to learn.</summary>
    public static RunSettings OneLayerOriginal { get; } = new()
    {
        Model = "transformer-1l",
        Modulus = 113,
        HiddenWidth = 512,
        TrainingFraction = 0.3,
        BatchSize = 113 * 113,
        Epochs = 40_000,
        Optimizer = new() { WeightDecay = 1, WarmupSteps = 10 },
        Engine = EngineKind.Autograd,
    };

    /// <summary>Settings with which the one-layer transformer groks within hundreds of steps, of a smaller modulus.</summary>
    public static RunSettings OneLayerFast { get; } = OneLayerOriginal with
    {
        Modulus = 97,
        BatchSize = 512,
        Epochs = 200,
        Optimizer = OneLayerOriginal.Optimizer with { LearningRate = 0.006 },
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
    public int EmbeddingWidth { get; init => field = Legal.Width(value, "embedding's width"); } = 128;

    /// <summary>Width of the hidden layer.</summary>
    public int HiddenWidth { get; init => field = Legal.Width(value, "hidden layer's width"); } = 128;

    /// <summary>The loss, by its name in <see cref="Training.Loss.All"/>.</summary>
    public string Loss { get; init; } = "cross-entropy";

    /// <summary>The optimiser.</summary>
    public OptimizerSettings Optimizer { get; init; } = new();

    /// <summary>Equations a step; the last batch of an epoch takes what is left.</summary>
    public int BatchSize { get; init => field = Legal.AtLeast(value, 1, "batch size", "512"); } = 512;

    /// <summary>The number of passes over the training equations.</summary>
    public int Epochs { get; init => field = Legal.AtLeast(value, 1, "number of epochs", "20000"); } = 20_000;

    /// <summary>The engine.</summary>
    public EngineKind Engine { get; init; }

    /// <summary>Threads that do the arithmetic, which make no difference to what is computed; null leaves it to the engine.</summary>
    public int? Threads { get; init => field = Legal.Threads(value); }

    /// <summary>Draws the split and the order of batches, in a generator of their own.</summary>
    public ulong DataSeed { get; init; } = 21;

    /// <summary>Draws the initial weights (<c>torch.manual_seed</c>).</summary>
    public ulong Seed { get; init; }

    /// <summary>The presets, of each network one of each name.</summary>
    public static IReadOnlyList<(string Name, RunSettings Settings)> Presets { get; } =
    [
        ("original", Original), ("original", TransformerOriginal), ("original", OneLayerOriginal),
        ("fast", Fast), ("fast", TransformerFast), ("fast", OneLayerFast),
    ];

    /// <summary>A network's settings of a preset: <c>original</c> or <c>fast</c>. A network without presets has the MLP's, and autograd.</summary>
    /// <param name="name">The preset.</param>
    /// <param name="model">The network, by its name in <see cref="Network.All"/>.</param>
    /// <exception cref="ArgumentException">There is no preset or no network of this name.</exception>
    public static RunSettings Preset(string name, string model)
    {
        _ = Network.Parse(model);
        RunSettings[] named = [.. Presets.Where(preset => preset.Name == name).Select(preset => preset.Settings)];
        return named.Length > 0
            ? Array.Find(named, settings => settings.Model == model) ?? named[0] with { Model = model, Engine = EngineKind.Autograd }
            : throw new ArgumentException($"There is no preset '{name}'; the presets are {string.Join(", ", Presets.Select(preset => preset.Name).Distinct())}.");
    }

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
