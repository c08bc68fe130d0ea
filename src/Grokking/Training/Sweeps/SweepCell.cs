using Grokking.Data;
using Grokking.Models;
using static System.FormattableString;
using static TorchSharp.torch;

namespace Grokking.Training.Sweeps;

/// <summary>
/// Everything that a run of the <see cref="FusedEngine"/> depends on, so that two equal cells have the same history; by
/// default the seed notebook's run. A cell is one point of a <see cref="SweepGrid"/>.
/// </summary>
public sealed record SweepCell
{
    /// <summary>The recipe; <see cref="TrainingOptions.Threads"/> is always 1 here.</summary>
    public TrainingOptions Options { get; init => field = value with { Threads = 1 }; } = TrainingOptions.Original with { Threads = 1 };

    /// <summary>What is learnt.</summary>
    public Operation Operation { get; init; } = Operation.Add;

    /// <summary>The modulus.</summary>
    public int Modulus { get; init; } = Operation.Add.DefaultModulus;

    /// <summary>The share of the equations to learn from: <see cref="DatasetSplit.ByFraction"/>.</summary>
    public double TrainingFraction { get; init; } = 0.8;

    /// <summary>Draws the initial weights.</summary>
    public ulong Seed { get; init; }

    /// <summary>Draws the split and the order of batches; 21 in the seed notebook.</summary>
    public ulong DataSeed { get; init; } = 21;

    /// <summary>Trains a network of the seed's widths on this thread, for <see cref="TrainingOptions.Epochs"/> epochs.</summary>
    /// <param name="progress">Told after every epoch, on this thread.</param>
    /// <param name="cancellation">Asks to stop; the history is then shorter.</param>
    /// <exception cref="ArgumentException">The operation does not take the modulus, or one side of the split is empty.</exception>
    public TrainingHistory Train(IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        using var dataset = new EquationDataset(Modulus, Operation);
        using var generator = new Generator(DataSeed);
        var order = new BatchOrder(DatasetSplit.ByFraction(dataset, TrainingFraction, generator), Options.BatchSize, generator);
        using var model = GrokkingMlp.FromSeed(Seed, dataset.Vocabulary.Count);
        using var engine = new FusedEngine(model, dataset, Options);
        return new Trainer(engine, order).Train(Options.Epochs, progress, cancellation);
    }

    /// <summary>The operation, the modulus and every field, in one line.</summary>
    public override string ToString() => Invariant(
        $"{Operation} of {Modulus} numbers, {string.Join(", ", SweepField.All.Select(field => Invariant($"{field.Label} {field.Of(this)}")))}");
}
