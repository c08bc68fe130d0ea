using Grokking.Runs;
using Grokking.Runtime;
using Grokking.Training;

namespace Grokking.Sweeps;

/// <summary>A run with several seeds, side by side, with all that each of them measured.</summary>
public static class SeedRuns
{
    /// <summary>Trains a run with each of the seeds for all its epochs, as many at a time as there are physical cores; the last ones have several.</summary>
    /// <param name="settings">The run, but for <see cref="RunSettings.Seed"/>.</param>
    /// <param name="seeds">The seeds of the initial weights.</param>
    /// <param name="progress">Told of epochs a few times a second, and of every end; on the threads that train, one at a time.</param>
    /// <param name="cancellation">Asks to stop.</param>
    /// <returns>
    /// One history per seed, in the order of the seeds, each that of the seed alone; when it was cancelled, shorter ones, and
    /// empty ones where a seed had not begun.
    /// </returns>
    /// <exception cref="ArgumentException">The operation does not take the modulus, or one side of the split is empty.</exception>
    public static IReadOnlyList<TrainingHistory> Train(
        RunSettings settings, IReadOnlyList<ulong> seeds, IProgress<SweepProgress>? progress = null, CancellationToken cancellation = default)
    {
        RunSettings[] runs = [.. seeds.Select(seed => SweepGrid.Comparable(settings) with { Seed = seed })];
        TrainingHistory[] histories = [.. runs.Select(_ => new TrainingHistory())];
        new ParallelRuns(0, runs, progress, PhysicalCores.Count).Train(
            () => _ => false,
            (place, history, complete) =>
            {
                histories[place] = history;
                return complete ? RunResult.Of(runs[place], history) : null;
            },
            cancellation);
        return histories;
    }
}
