using System.CommandLine;
using System.Diagnostics;
using Grokking.Runs;
using Grokking.Runtime;
using Grokking.Sweeps;
using Grokking.Training;

namespace Grokking.Benchmarks.Presets;

/// <summary><c>seeds</c>: a preset with several seeds at once; when each of them groks.</summary>
internal static class SeedsCommand
{
    public static Command Create()
    {
        var seeds = NumberOption.AtLeast(1, "--seeds", 5, "Model seeds, from 0 on.");
        var preset = new Option<string>("--preset") { Description = "The preset: original or fast; original by default.", HelpName = "NAME", DefaultValueFactory = _ => "original" };
        var epochs = new Option<int?>("--epochs") { Description = "Epochs of each run; the preset's by default.", HelpName = "N" };
        var command = new Command("seeds", "A preset with several seeds at once: when each of them groks.") { seeds, preset, epochs };
        command.SetAction(given => Execute(given.GetRequiredValue(seeds), given.GetRequiredValue(preset), given.GetValue(epochs)));
        return command;
    }

    private static void Execute(int seeds, string preset, int? epochsGiven)
    {
        RunSettings run;
        try
        {
            run = RunSettings.Preset(preset, "mlp");
            run = run with { Epochs = epochsGiven ?? run.Epochs };
        }
        catch (ArgumentException refused)
        {
            throw new RequestException(refused.Message);
        }

        var clock = Stopwatch.StartNew();
        var histories = SeedRuns.Train(
            run, [.. Enumerable.Range(0, seeds).Select(seed => (ulong)seed)]);
        var total = clock.Elapsed;

        var table = new FigureTable(
            $"{seeds} seeds × {run.Epochs:N0} epochs, {preset}, {PhysicalCores.Count} at a time",
            "seed", "first epoch ≥ 99%", "first epoch 100%", "last epoch", "seconds");
        foreach (var (seed, history) in histories.Index())
        {
            table.Add(
                $"{seed}", Epoch(history.FirstReachingValidation(99)), Epoch(history.FirstReachingValidation(100)),
                $"{history[^1].ValidationAccuracy:F2}%", $"{history[^1].Seconds:F1}");
        }

        table.Write();
        Console.WriteLine($"All of it: {total.TotalSeconds:F1} s.");
    }

    private static string Epoch(EpochRecord? epoch) => epoch is { } reached ? $"{reached.Epoch + 1:N0}" : "none";
}
