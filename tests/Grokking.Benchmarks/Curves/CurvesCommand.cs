using System.ComponentModel;
using Grokking.Benchmarks.Measuring;
using Grokking.Benchmarks.Runs;
using Grokking.Runtime;
using Spectre.Console;
using Spectre.Console.Cli;

namespace Grokking.Benchmarks.Curves;

/// <summary><c>curves</c>: validation accuracy against seconds, for the fused engine, autograd and PyTorch, one after the other.</summary>
internal sealed class CurvesCommand : Command<CurvesCommand.Settings>
{
    private const int EpochsBetweenLines = 500;

    internal sealed class Settings : CommandSettings
    {
        [CommandArgument(0, "<FILE.csv>")]
        [Description("Where the curves go.")]
        public string File { get; init; } = "";

        [CommandOption("--epochs <N>")]
        [Description("Epochs of each run.")]
        [DefaultValue(20_000)]
        public int Epochs { get; init; }

        public override ValidationResult Validate() =>
            Epochs >= 1 ? ValidationResult.Success() : ValidationResult.Error($"--epochs {Epochs} has to be at least 1.");
    }

    public override int Execute(CommandContext context, Settings settings, CancellationToken cancellation)
    {
        using var writer = new StreamWriter(settings.File);
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

        return 0;

        void WriteFastest(string engine, Func<int, IRun> start) => Write(engine, start, FastestThreads(start));

        void Write(string engine, Func<int, IRun> start, int threads)
        {
            using var run = start(threads);
            for (var done = 0; done < settings.Epochs;)
            {
                var epochs = Math.Min(EpochsBetweenLines, settings.Epochs - done);
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
