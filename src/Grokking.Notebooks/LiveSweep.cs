using Grokking.Runs;
using Grokking.Sweeps;
using Grokking.Training;
using static System.FormattableString;

namespace Grokking.Notebooks;

/// <summary>Many runs in a cell.</summary>
public static class LiveSweep
{
    /// <summary><see cref="Sweep.Run"/> with a bar under the cell, and the cell's stop button to cancel it.</summary>
    /// <returns>The runs that are done.</returns>
    public static IReadOnlyList<RunResult> RunLive(this Sweep sweep) => Watch("Sweep", sweep.Run);

    /// <summary><see cref="SeedRuns.Train"/> with a bar under the cell, and the cell's stop button to cancel it.</summary>
    /// <param name="settings">The run, but for its seed.</param>
    /// <param name="seeds">The seeds of the initial weights.</param>
    /// <returns>One history per seed.</returns>
    public static IReadOnlyList<TrainingHistory> TrainSeedsLive(RunSettings settings, IReadOnlyList<ulong> seeds) =>
        Watch("Seeds", (progress, cancellation) => SeedRuns.Train(settings, seeds, progress, cancellation));

    private static T Watch<T>(string label, Func<IProgress<SweepProgress>, CancellationToken, T> work)
    {
        const int total = 1000;
        var bar = new ProgressBar(label, 0, total, "Running");
        var latest = default(SweepProgress);
        try
        {
            return work(
                new ProgressListener<SweepProgress>(value =>
                {
                    latest = value;
                    bar.Move((int)(total * value.Share), () => (Text(value), ""));
                }),
                bar.Cancellation);
        }
        finally
        {
            var how = latest.Done == latest.Total && latest.Total > 0 ? "Done"
                : bar.Cancellation.IsCancellationRequested ? "Stopped"
                : "Failed";
            bar.End((int)(total * latest.Share), (Invariant($"{how}: {latest.Done:N0} of {latest.Total:N0} runs in {ProgressBar.Duration(bar.Elapsed)}"), ""));
        }
    }

    private static string Text(SweepProgress progress) =>
        Invariant($"Running: {progress.Done:N0} of {progress.Total:N0} runs done")
        + (progress.Remaining is { } remaining ? $" · {ProgressBar.Duration(remaining)} left" : "");
}
