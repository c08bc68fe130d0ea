using System.CommandLine;
using Grokking.Tests.Faults;

namespace Grokking.Benchmarks.Battery;

/// <summary>
/// <c>battery</c>: faults that people's files and runs meet, with a fixed seed: damaged checkpoints and run files, runs that are
/// killed at random moments and go on, two writers of one file. Nothing may be wrong.
/// </summary>
internal static class BatteryCommand
{
    public static Command Create()
    {
        var seed = NumberOption.AtLeast(0, "--seed", 15, "Chooses the faults.");
        var damages = NumberOption.AtLeast(1, "--damages", 5_000, "Damages of each of seven files.");
        var kills = NumberOption.AtLeast(0, "--kills", 20, "Kills of a run of each engine.");
        var writers = NumberOption.AtLeast(0, "--writers", 20, "Times that two processes want one run file.");
        var command = new Command("battery", "Damaged files, killed runs and two writers: what is tried, refused, right and wrong.") { seed, damages, kills, writers };
        command.SetAction(given => Execute(
            given.GetRequiredValue(seed), given.GetRequiredValue(damages), given.GetRequiredValue(kills), given.GetRequiredValue(writers)));
        return command;
    }

    private static int Execute(int seed, int damages, int kills, int writers)
    {
        var folder = Directory.CreateTempSubdirectory("grokking-battery-").FullName;
        try
        {
            var wrong = 0;
            Print("damaged checkpoints", DamagedCheckpoints.Try(folder, seed, damages));
            Print("damaged run files", DamagedRunFiles.Try(folder, seed, damages));
            var processes = new TrainProcesses(folder, seed);
            Print("killed runs, fused", processes.Kill("fused", 20_000, kills));
            Print("killed runs, autograd", processes.Kill("autograd", 6_000, kills));
            Print("two writers of a run", processes.Compete(writers));
            return wrong == 0 ? 0 : 1;

            void Print(string name, Tally tally)
            {
                Console.WriteLine($"{name}: {tally}");
                tally.Wrong.ForEach(Console.WriteLine);
                wrong += tally.Wrong.Count;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
