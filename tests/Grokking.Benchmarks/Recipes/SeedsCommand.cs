using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using Grokking.Benchmarks.Runs;
using Grokking.Runtime;
using Grokking.Training;
using Spectre.Console;
using Spectre.Console.Cli;

namespace Grokking.Benchmarks.Recipes;

/// <summary><c>seeds</c>: a recipe with several seeds at once, one thread each; when each of them groks.</summary>
internal sealed class SeedsCommand : Command<SeedsCommand.Settings>
{
    internal sealed class Settings : CommandSettings
    {
        [CommandOption("--seeds <N>")]
        [Description("Model seeds, from 0 on.")]
        [DefaultValue(5)]
        public int Seeds { get; init; }

        [CommandOption("--epochs <N>")]
        [Description("Epochs of each run.")]
        [DefaultValue(20_000)]
        public int Epochs { get; init; }

        public override ValidationResult Validate() =>
            Seeds >= 1 && Epochs >= 1
                ? ValidationResult.Success()
                : ValidationResult.Error($"--seeds {Seeds} and --epochs {Epochs} both have to be at least 1.");
    }

    public override int Execute(CommandContext context, Settings settings, CancellationToken cancellation)
    {
        var options = TrainingOptions.Original with { Threads = 1 };
        var histories = new TrainingHistory[settings.Seeds];
        var clock = Stopwatch.StartNew();
        // Without buffering a thread takes one seed at a time: none waits for another thread's.
        Parallel.ForEach(
            Partitioner.Create(Enumerable.Range(0, settings.Seeds), EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = PhysicalCores.Count },
            seed =>
            {
                using var run = TrainingRun.Fused(options, new RunSeed(seed));
                histories[seed] = run.Train(settings.Epochs);
                Console.WriteLine($"seed {seed}: {histories[seed][^1].Seconds:F1} s");
            });
        var total = clock.Elapsed;

        var table = new FigureTable(
            $"{settings.Seeds} seeds × {settings.Epochs} epochs of the original recipe, one thread each, {PhysicalCores.Count} at a time",
            "seed", "first epoch ≥ 99%", "first epoch 100%", "last epoch", "seconds");
        foreach (var (seed, history) in histories.Index())
        {
            table.Add(
                $"{seed}", Epoch(history.FirstReaching(99)), Epoch(history.FirstReaching(100)),
                $"{history[^1].ValidationAccuracy:F2}%", $"{history[^1].Seconds:F1}");
        }

        table.Write();
        Console.WriteLine($"All of it: {total.TotalSeconds:F1} s.");
        return 0;
    }

    private static string Epoch(EpochRecord? epoch) => epoch is { } reached ? $"{reached.Epoch:N0}" : "none";
}
