using Grokking.Data;
using Grokking.Models;
using Grokking.Training;
using Grokking.Training.Runs;
using Grokking.Training.Sweeps;
using static TorchSharp.torch;

namespace Grokking.Tests.Training.Sweeps;

/// <summary>Runs of milliseconds, and each of them once more by hand, without anything of the sweep.</summary>
internal static class SmallSweep
{
    /// <summary>Twelve runs of addition modulo 7, which is too little to learn from.</summary>
    public static SweepGrid Grid { get; } = new SweepGrid(Cell(epochs: 20))
        .Over(SweepField.TrainingFraction, 0.5, 0.9)
        .Over(SweepField.WeightDecay, 0.01, 1)
        .Over(SweepField.Seed, 1, 2, 3);

    /// <summary>Two runs of addition modulo 23, one of which groks.</summary>
    public static SweepGrid GrokkingGrid { get; } = new SweepGrid(new RunOptions
    {
        Modulus = 23,
        // With any of five seeds: a tenth of the equations never, nine tenths within 50 epochs.
        Recipe = TrainingOptions.Fast with { Epochs = 150, BatchSize = 64, WeightDecay = 2 },
    }).Over(SweepField.TrainingFraction, 0.1, 0.9);

    public static RunOptions Cell(int epochs) => new()
    {
        Modulus = 7,
        TrainingFraction = 0.9,
        Recipe = TrainingOptions.Fast with { Epochs = epochs, BatchSize = 10 },
    };

    /// <summary>The history of a cell that is trained alone, as a notebook would.</summary>
    public static List<EpochRecord> Alone(RunOptions cell)
    {
        using var dataset = new EquationDataset(cell.Modulus, cell.Operation);
        var generator = new Generator(cell.DataSeed);
        var split = DatasetSplit.ByFraction(dataset, cell.TrainingFraction, generator);
        manual_seed((long)cell.Seed);
        using var model = new GrokkingMlp(dataset.Vocabulary.Count);
        using var engine = new FusedEngine(model, dataset, cell.Recipe with { Threads = 1 });
        var order = new BatchOrder(split, cell.Recipe.BatchSize, generator);
        return WithoutSeconds(new Trainer(engine, order).Train(cell.Recipe.Epochs));
    }

    public static List<EpochRecord> WithoutSeconds(TrainingHistory history) => [.. history.Select(epoch => epoch with { Seconds = 0 })];

    public static List<SweepRun> WithoutSeconds(IEnumerable<SweepRun> runs) => [.. runs.Select(run => run with { Seconds = 0 })];

    /// <summary>Unlike <see cref="Progress{T}"/>, on the thread that reports.</summary>
    public sealed class Telling(Action<SweepProgress> tell) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => tell(value);
    }
}
