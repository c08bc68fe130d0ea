using System.CommandLine;
using Grokking.Runs;
using Grokking.Runtime;
using static Grokking.Benchmarks.FigureTable;

namespace Grokking.Benchmarks.Presets;

/// <summary><c>fast</c>: the fast preset on seeds that the search for it has not seen, one run at a time on all cores.</summary>
internal static class FastCommand
{
    public static Command Create()
    {
        var seeds = NumberOption.AtLeast(1, "--seeds", 10, "Seeds, of weights, split and batches alike.");
        var command = new Command("fast", "The fast preset on fresh seeds, one run at a time: how soon it groks.") { seeds };
        command.SetAction(given => Execute(given.GetRequiredValue(seeds)));
        return command;
    }

    private static void Execute(int seeds)
    {
        var trial = Trial.OnFreshSeeds(RunSettings.Fast, seeds);
        var table = new FigureTable($"The fast preset until validation ≥ 99%, {Threads(PhysicalCores.Count)}", "seed", "seconds", "steps");
        foreach (var (i, (seconds, steps)) in trial.Seconds.Values.Zip(trial.Steps.Values).Index())
        {
            table.Add($"{Trial.FirstFreshSeed + i}", Figure(seconds), Figure(steps));
        }

        table.Add("median", Figure(trial.Seconds.Median), Figure(trial.Steps.Median));
        table.Add("worst", Figure(trial.Seconds.Largest), Figure(trial.Steps.Largest));
        table.Write();
    }
}
