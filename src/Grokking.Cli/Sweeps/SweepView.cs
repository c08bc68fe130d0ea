using Grokking.Runs;
using Grokking.Sweeps;
using Grokking.Training;
using Spectre.Console;
using static System.FormattableString;

namespace Grokking.Cli.Sweeps;

/// <summary>What the caller sees of a sweep: one line per run and, in a terminal, a bar below them.</summary>
internal sealed class SweepView(IReadOnlyList<RunSettings> grid)
{
    private readonly bool _bar = !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi;

    /// <summary>Shows the sweep while the given work goes on.</summary>
    public void Watch(Action<IProgress<SweepProgress>> work)
    {
        if (!_bar)
        {
            work(new ProgressListener<SweepProgress>(Log));
            return;
        }

        AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn())
            .Start(live =>
            {
                var bar = live.AddTask("runs", maxValue: 1);
                work(new ProgressListener<SweepProgress>(progress =>
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
            var came = run.Outcome == RunOutcome.Diverged ? $"diverged after {Epochs(run.Epochs)}"
                : run.EpochsToGrok is { } epochs ? $"{TrainingHistory.KnownAccuracy}% after {Epochs(epochs)}"
                : $"not at {TrainingHistory.KnownAccuracy}% after {Epochs(run.Epochs)}";
            Say($"[{progress.Done}/{progress.Total}] {Name(run.Settings)}: {came}{(_bar ? "" : TimeLeft(progress))}");
        }
        else if (progress is { Remaining: null, Done: > 0 })
        {
            Say($"Going on: {progress.Done} of {progress.Total} runs were done before.");
        }
    }

    private static string Epochs(int count) => Invariant($"{count:N0} {(count == 1 ? "epoch" : "epochs")}");

    /// <summary>What tells a run from the others of its grid, and the seed.</summary>
    private string Name(RunSettings run) => string.Join(
        ", ",
        Setting.All
            .Where(setting => setting.Name == "seed" || grid.Any(other => setting.Of(other) != setting.Of(run)))
            .Select(setting => $"{setting.Label} {setting.Of(run)}"));

    private static string TimeLeft(SweepProgress progress) =>
        progress.Remaining is { } left ? Invariant($"; {Math.Floor(left.TotalHours):0}:{left:mm\\:ss} left") : "";
}
