using System.ComponentModel;
using Grokking.Benchmarks.Measuring;
using Spectre.Console;
using Spectre.Console.Cli;

namespace Grokking.Benchmarks.Speed;

/// <summary>The tables: engines beside each other, beside PyTorch and beside what the machine can do at best.</summary>
internal sealed class SpeedCommand : Command<SpeedCommand.Settings>
{
    internal sealed class Settings : CommandSettings
    {
        [CommandOption("--rounds <N>")]
        [Description("How often each contender has its turn; the medians are over these.")]
        [DefaultValue(15)]
        public int Rounds { get; init; }

        [CommandOption("--seconds <X>")]
        [Description("About how long a turn is.")]
        [DefaultValue(0.25)]
        public double Seconds { get; init; }

        public override ValidationResult Validate() =>
            Rounds >= 1 && Seconds > 0
                ? ValidationResult.Success()
                : ValidationResult.Error($"--rounds {Rounds} and --seconds {Seconds} both have to be above 0, such as 15 and 0.25.");
    }

    public override int Execute(CommandContext context, Settings settings, CancellationToken cancellation)
    {
        var rounds = new Rounds(settings.Rounds, settings.Seconds);
        using (var sideBySide = new SideBySide())
        {
            sideBySide.Print(rounds);
        }

        Growth.Print(rounds);
        return 0;
    }
}
