using System.ComponentModel;
using Grokking.Runs;
using Grokking.Runtime;
using Spectre.Console;
using Spectre.Console.Cli;
using static Grokking.Benchmarks.FigureTable;

namespace Grokking.Benchmarks.Presets;

/// <summary><c>fast</c>: the fast preset on seeds that the search for it has not seen, one run at a time on all cores.</summary>
internal sealed class FastCommand : Command<FastCommand.Settings>
{
    internal sealed class Settings : CommandSettings
    {
        [CommandOption("--seeds <N>")]
        [Description("Seeds, of weights, split and batches alike.")]
        [DefaultValue(10)]
        public int Seeds { get; init; }

        public override ValidationResult Validate() =>
            Seeds >= 1 ? ValidationResult.Success() : ValidationResult.Error($"--seeds {Seeds} has to be at least 1.");
    }

    public override int Execute(CommandContext context, Settings settings, CancellationToken cancellation)
    {
        var trial = Trial.OnFreshSeeds(RunSettings.Fast, settings.Seeds);
        var table = new FigureTable($"The fast preset until validation ≥ 99%, {Threads(PhysicalCores.Count)}", "seed", "seconds", "steps");
        foreach (var (i, (seconds, steps)) in trial.Seconds.Values.Zip(trial.Steps.Values).Index())
        {
            table.Add($"{Trial.FirstFreshSeed + i}", Figure(seconds), Figure(steps));
        }

        table.Add("median", Figure(trial.Seconds.Median), Figure(trial.Steps.Median));
        table.Add("worst", Figure(trial.Seconds.Largest), Figure(trial.Steps.Largest));
        table.Write();
        return 0;
    }
}
