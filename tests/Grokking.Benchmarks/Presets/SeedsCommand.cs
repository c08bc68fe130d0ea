using System.ComponentModel;
using System.Diagnostics;
using Grokking.Runs;
using Grokking.Runtime;
using Grokking.Sweeps;
using Grokking.Training;
using Spectre.Console;
using Spectre.Console.Cli;

namespace Grokking.Benchmarks.Presets;

/// <summary><c>seeds</c>: a preset with several seeds at once, one thread each; when each of them groks.</summary>
internal sealed class SeedsCommand : Command<SeedsCommand.Settings>
{
    internal sealed class Settings : CommandSettings
    {
        [CommandOption("--seeds <N>")]
        [Description("Model seeds, from 0 on.")]
        [DefaultValue(5)]
        public int Seeds { get; init; }

        [CommandOption("--preset <NAME>")]
        [Description("The preset: original or fast.")]
        [DefaultValue("original")]
        public string Preset { get; init; } = "";

        [CommandOption("--epochs <N>")]
        [Description("Epochs of each run; the preset's by default.")]
        public int? Epochs { get; init; }

        public RunSettings? Run => Preset switch
        {
            "original" => RunSettings.Original,
            "fast" => RunSettings.Fast,
            _ => null,
        };

        public override ValidationResult Validate() =>
            Run is null ? ValidationResult.Error($"There is no preset '{Preset}'; the presets are original and fast.")
            : Seeds < 1 ? ValidationResult.Error($"--seeds {Seeds} has to be at least 1.")
            : Epochs < 1 ? ValidationResult.Error($"--epochs {Epochs} has to be at least 1.")
            : ValidationResult.Success();
    }

    public override int Execute(CommandContext context, Settings settings, CancellationToken cancellation)
    {
        var run = settings.Run!;
        var epochs = settings.Epochs ?? run.Epochs;
        var clock = Stopwatch.StartNew();
        var histories = SeedRuns.Train(
            run with { Epochs = epochs }, [.. Enumerable.Range(0, settings.Seeds).Select(seed => (ulong)seed)],
            cancellation: cancellation);
        var total = clock.Elapsed;

        var table = new FigureTable(
            $"{settings.Seeds} seeds × {epochs:N0} epochs, {settings.Preset}, one thread each, {PhysicalCores.Count} at a time",
            "seed", "first epoch ≥ 99%", "first epoch 100%", "last epoch", "seconds");
        foreach (var (seed, history) in histories.Index())
        {
            table.Add(
                $"{seed}", Epoch(history.FirstReachingValidation(99)), Epoch(history.FirstReachingValidation(100)),
                $"{history[^1].ValidationAccuracy:F2}%", $"{history[^1].Seconds:F1}");
        }

        table.Write();
        Console.WriteLine($"All of it: {total.TotalSeconds:F1} s.");
        return 0;
    }

    private static string Epoch(EpochRecord? epoch) => epoch is { } reached ? $"{reached.Epoch + 1:N0}" : "none";
}
