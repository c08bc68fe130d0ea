using System.CommandLine;
using Grokking.Benchmarks.Measuring;
using Grokking.Benchmarks.Runs;
using Grokking.Runtime;
using static Grokking.Benchmarks.FigureTable;

namespace Grokking.Benchmarks.Speed;

/// <summary>
/// <c>threads</c>: the number of threads that the engine chooses against each fixed number, whatever else the machine does. They
/// take turns of a second, so that what the machine does to one it does to all.
/// </summary>
internal static class ThreadsCommand
{
    private const double Turn = 1;

    public static Command Create()
    {
        var seconds = NumberOption.AtLeast(1, "--seconds", 30, "About how long each number of threads is measured in each setting.");
        var command = new Command("threads", "The engine's own choice of threads against each fixed number: quiet, beside busy neighbours, under a quota, with a slow second core.") { seconds };
        command.SetAction(given => Execute(given.GetRequiredValue(seconds)));
        return command;
    }

    private static void Execute(int seconds)
    {
        TimedRun[] runs =
        [
            TimedRun.Fused(new() { Threads = null }, new RunSeed(0)),
            .. Enumerable.Range(1, PhysicalCores.Count).Select(threads => TimedRun.Fused(new() { Threads = threads }, new RunSeed(0))),
        ];
        var table = new FigureTable(
            "ms an epoch, medians of turns of a second",
            ["", "chosen", .. runs.Skip(1).Select(run => FigureTable.Threads(run.Threads)), "chosen ÷ best", "middle half"]);
        foreach (var (name, begin) in new (string, Func<IDisposable?>)[]
        {
            ("quiet", () => new Neighbours()),
            ("one busy neighbour", () => new Neighbours(new Neighbour())),
            ("two busy neighbours", () => new Neighbours(new Neighbour(), new Neighbour())),
            ("second core busy half of the time", () => new Neighbours(new Neighbour { Cpu = 1, BusyShare = 0.5 })),
            ("a quota of one CPU", CpuQuota.OneCpu),
        })
        {
            using var setting = begin();
            if (setting is null)
            {
                Console.WriteLine($"{name}: not measured, as this system does not let it be set.");
                continue;
            }

            var times = new Rounds(Math.Max(1, (int)(seconds / Turn)), Turn).Measure(runs);
            var best = runs.Skip(1).MinBy(run => times[run].Median)!;
            var ratio = times[runs[0]] / times[best];
            table.Add([name, .. runs.Select(run => Figure(1000 * times[run].Median)), Figure(times[runs[0]].Median / times[best].Median), Spread(ratio)]);
        }

        table.Write();
        Array.ForEach(runs, run => run.Dispose());
    }
}
