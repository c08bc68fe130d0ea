using Grokking.Training.Runs;
using Grokking.Training.Sweeps;
using Spectre.Console;
using static System.FormattableString;

namespace Grokking.Cli.Sweeps;

/// <summary>What the caller sees of a sweep: a line a run and, in a terminal, a bar below them.</summary>
internal sealed class SweepView(IReadOnlyList<RunOptions> grid)
{
    private readonly bool _bar = !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi;

    /// <summary>Shows the sweep while the given work goes on.</summary>
    public void Watch(Action<IProgress<SweepProgress>> work)
    {
        if (!_bar)
        {
            work(new Telling(Log));
            return;
        }

        AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn())
            .Start(live =>
            {
                var bar = live.AddTask("runs", maxValue: 1);
                work(new Telling(progress =>
                {
                    Log(progress);
                    bar.Description = $"{progress.Done} of {progress.Total} runs{TimeLeft(progress)}";
                    bar.Value = progress.Share;
                }));
            });
    }

    /// <summary>One line for the caller, while the sweep goes on.</summary>
    public void Say(string line)
    {
        if (_bar)
        {
            AnsiConsole.WriteLine(line);
        }
        else
        {
            Console.WriteLine(line);
        }
    }

    private void Log(SweepProgress progress)
    {
        if (progress.Latest is { } run)
        {
            var came = run.EpochsToGrok is { } epochs ? Invariant($"{SweepRun.Grokked}% after {epochs:N0} epochs") : Invariant($"not at {SweepRun.Grokked}% after {run.Epochs:N0} epochs");
            Say($"[{progress.Done}/{progress.Total}] {Name(run.Cell)}: {came}{(_bar ? "" : TimeLeft(progress))}");
        }
        else if (progress is { Remaining: null, Done: > 0 })
        {
            Say($"Going on: {progress.Done} of {progress.Total} runs were done before.");
        }
    }

    /// <summary>What tells a cell from the others of its grid, and the seed.</summary>
    private string Name(RunOptions cell) => string.Join(
        ", ",
        SweepField.All
            .Where(field => field == SweepField.Seed || grid.Any(other => field.Of(other) != field.Of(cell)))
            .Select(field => Invariant($"{field.Label} {field.Of(cell)}")));

    private static string TimeLeft(SweepProgress progress) =>
        progress.Remaining is { } left ? Invariant($"; {Math.Floor(left.TotalHours):0}:{left:mm\\:ss} left") : "";

    /// <summary>Unlike <see cref="Progress{T}"/>, on the thread that reports.</summary>
    private sealed class Telling(Action<SweepProgress> tell) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => tell(value);
    }
}
