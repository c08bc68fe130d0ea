using System.CommandLine;
using Grokking.Benchmarks.Measuring;

namespace Grokking.Benchmarks.Speed;

/// <summary><c>speed</c>: engines beside each other, beside PyTorch and beside what the machine can do at best.</summary>
internal static class SpeedCommand
{
    public static Command Create()
    {
        var count = NumberOption.AtLeast(1, "--rounds", 15, "How often each contender has its turn; the medians are over these.");
        var seconds = new Option<double>("--seconds") { Description = "About how long a turn is; 0.25 by default.", HelpName = "X", DefaultValueFactory = _ => 0.25 };
        var command = new Command("speed", "The engines side by side, beside PyTorch and beside the floor; what runs without a word.") { count, seconds };
        command.SetAction(given => Execute(new Rounds(given.GetRequiredValue(count), given.GetRequiredValue(seconds))));
        return command;
    }

    private static void Execute(Rounds rounds)
    {
        using (var sideBySide = new SideBySide())
        {
            sideBySide.Print(rounds);
        }

        Growth.Print(rounds);
    }
}
