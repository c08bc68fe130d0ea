using Grokking.Data;
using Grokking.Models;
using Grokking.Runs;
using Grokking.Sweeps;
using Grokking.Training;
using Grokking.Training.Fused;
using static TorchSharp.torch;

namespace Grokking.Tests.Sweeps;

/// <summary>Runs of milliseconds, and each of them once more by hand, without anything of the sweep.</summary>
internal static class SmallSweep
{
    /// <summary>Twelve runs of addition modulo 7, which is too little to learn from.</summary>
    public static SweepGrid Grid { get; } = new SweepGrid(Run(epochs: 20))
        .Over("train_fraction", 0.5, 0.9)
        .Over("weight_decay", 0.01, 1)
        .Over("seed", 1, 2, 3);

    /// <summary>Two runs of addition modulo 23, one of which groks.</summary>
    public static SweepGrid GrokkingGrid { get; } = new SweepGrid(new RunSettings
    {
        Modulus = 23,
        // With any of five seeds: a tenth of the equations never, nine tenths within 50 epochs.
        Epochs = 150,
        BatchSize = 64,
        Optimizer = RunSettings.Fast.Optimizer with { WeightDecay = 2 },
    }).Over("train_fraction", 0.1, 0.9);

    public static RunSettings Run(int epochs) => new()
    {
        Modulus = 7,
        TrainingFraction = 0.9,
        Epochs = epochs,
        BatchSize = 10,
        Optimizer = RunSettings.Fast.Optimizer,
    };

    /// <summary>The history of a run that is trained alone, as a notebook would.</summary>
    public static List<EpochRecord> Alone(RunSettings run)
    {
        using var dataset = new EquationDataset(run.Modulus, run.Operation);
        var generator = new Generator(run.DataSeed);
        var split = DatasetSplit.ByFraction(dataset, run.TrainingFraction, generator);
        manual_seed((long)run.Seed);
        using var model = new GrokkingMlp(dataset.Vocabulary.Count);
        using var engine = new FusedEngine(model, dataset, run.Optimizer, threads: 1);
        var order = new BatchOrder(split, run.BatchSize, generator);
        return WithoutSeconds(new Trainer(engine, order).Train(run.Epochs));
    }

    public static List<EpochRecord> WithoutSeconds(TrainingHistory history) => [.. history.Select(epoch => epoch with { Seconds = 0 })];

    /// <summary>All that a result says but its seconds; of the epochs, as many digits as a file has.</summary>
    public static List<string> WithoutSeconds(IEnumerable<RunResult> runs) => [.. runs.Select(Text)];

    private static string Text(RunResult run) => string.Join(
        '|',
        [
            run.Settings, run.Outcome, run.Epochs, run.BestValidationAccuracy,
            .. run.Milestones.OrderBy(mark => (mark.Key.Side, mark.Key.Percent)).Select(mark => (object)mark),
            .. run.Curve.Append(run.Last!.Value).SelectMany(epoch => TrainingHistory.Columns.Where(column => column.Name != "seconds").Select(column => (object)$"{column.Value(epoch):G6}")),
        ]);
}
