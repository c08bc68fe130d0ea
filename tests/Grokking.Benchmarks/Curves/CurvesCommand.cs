using System.CommandLine;
using Grokking.Benchmarks.Measuring;
using Grokking.Benchmarks.Runs;
using Grokking.Runtime;

namespace Grokking.Benchmarks.Curves;

/// <summary><c>curves</c>: validation accuracy against seconds, for the fused engine, autograd and PyTorch, one after the other.</summary>
internal static class CurvesCommand
{
    private const int EpochsBetweenLines = 500;

    public static Command Create()
    {
        var file = new Argument<string>("FILE.csv") { Description = "Where the curves go." };
        var epochs = NumberOption.AtLeast(1, "--epochs", 20_000, "Epochs of each run.");
        var command = new Command("curves", "Validation accuracy against seconds: the fused engine, autograd and PyTorch, one after the other.") { file, epochs };
        command.SetAction(given => Execute(given.GetRequiredValue(file), given.GetRequiredValue(epochs)));
        return command;
    }

    private static void Execute(string file, int all)
    {
        using var writer = new StreamWriter(file);
        CurveFile.WriteHeader(writer);
        Write("fused", threads => TimedRun.Fused(new() { Threads = threads }, new RunSeed(0)), PhysicalCores.Count);
        WriteFastest("autograd", threads => TimedRun.Autograd(new() { Threads = threads }, new RunSeed(0)));
        if (PyTorchRun.FindPython() is { } python)
        {
            WriteFastest("PyTorch", threads => new PyTorchRun(python, threads));
        }
        else
        {
            Console.WriteLine("No Python with torch here: no curve of PyTorch.");
        }

        void WriteFastest(string engine, Func<int, IRun> start) => Write(engine, start, FastestThreads(start));

        void Write(string engine, Func<int, IRun> start, int threads)
        {
            using var run = start(threads);
            for (var done = 0; done < all;)
            {
                var epochs = Math.Min(EpochsBetweenLines, all - done);
                run.Seconds(epochs);
                done += epochs;
                var latest = run.Curve.Last();
                Console.WriteLine(
                    $"{engine}, {FigureTable.Threads(threads)}: epoch {done:N0}, {latest.Seconds:F1} s, "
                    + $"validation {latest.ValidationAccuracy:F2}%");
            }

            CurveFile.Write(writer, new Curve(engine, [.. run.Curve]));
            // A later engine may take half an hour: what is done is kept.
            writer.Flush();
        }
    }

    private static int FastestThreads(Func<int, IRun> start)
    {
        IRun[] runs = [.. Enumerable.Range(1, PhysicalCores.Count).Select(start)];
        var seconds = new Rounds(Count: 5, Seconds: 0.5).Measure(runs);
        var fastest = runs.MinBy(run => seconds[run].Median)!.Threads;
        foreach (var run in runs)
        {
            run.Dispose();
        }

        return fastest;
    }
}
