using System.CommandLine;
using System.Diagnostics;
using Grokking.Benchmarks.Measuring;
using Grokking.Runs;
using Grokking.Tests.Faults;

namespace Grokking.Benchmarks.Battery;

/// <summary>
/// <c>battery</c>: faults that people's files and runs meet, with a fixed seed: damaged checkpoints and run files, runs that are
/// killed at random moments and go on, two writers of one file. Nothing may be wrong. And what it costs to be safe: the time to keep a run.
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
            var (keeping, flushing) = Keeping(Path.Combine(folder, "original"));
            Console.WriteLine($"keeping a run of the original after 20,000 epochs: {FigureTable.Figure(keeping.Median)} ms ({FigureTable.Spread(keeping)}, the middle half of {keeping.Values.Length} times)");
            Console.WriteLine($"  the disk alone, for as many bytes: {FigureTable.Figure(flushing.Median)} ms ({FigureTable.Spread(flushing)})");
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

    /// <summary>Milliseconds, and those that the disk takes to write as many bytes and to say that it has them.</summary>
    private static (Sample Keeping, Sample Flushing) Keeping(string file)
    {
        using var run = new TrainingRun(RunSettings.Original with { Epochs = 1, Threads = 1 });
        run.Train();
        var (keeping, flushing) = (new double[50], new double[50]);
        for (var time = 0; time < keeping.Length; time++)
        {
            var clock = Stopwatch.StartNew();
            (run.GetState() with { History = [.. Enumerable.Repeat(run.History[0], 20_000)] }).Save(file);
            keeping[time] = clock.Elapsed.TotalMilliseconds;

            var bytes = File.ReadAllBytes(file);
            clock.Restart();
            using var stream = new FileStream($"{file}-{time}", FileMode.CreateNew);
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
            flushing[time] = clock.Elapsed.TotalMilliseconds;
        }

        return (new(keeping), new(flushing));
    }
}
