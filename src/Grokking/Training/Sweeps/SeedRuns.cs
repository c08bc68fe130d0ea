using Grokking.Runtime;
using Grokking.Training.Runs;

namespace Grokking.Training.Sweeps;

/// <summary>One recipe with several seeds, side by side, with all that each of them measured.</summary>
public static class SeedRuns
{
    /// <summary>Trains a cell with each of the seeds for all its epochs, one thread each, as many at a time as there are physical cores.</summary>
    /// <param name="cell">The run, but for <see cref="RunOptions.Seed"/>.</param>
    /// <param name="seeds">The seeds of the initial weights.</param>
    /// <param name="progress">Told of epochs a few times a second, and of every end; on the threads that train, one at a time.</param>
    /// <param name="cancellation">Asks to stop.</param>
    /// <returns>
    /// A history a seed, in the order of the seeds, each that of the seed alone; when it was cancelled, shorter ones, and
    /// empty ones where a seed had not begun.
    /// </returns>
    /// <exception cref="ArgumentException">The operation does not take the modulus, or one side of the split is empty.</exception>
    public static IReadOnlyList<TrainingHistory> Train(
        RunOptions cell, IReadOnlyList<ulong> seeds, IProgress<SweepProgress>? progress = null, CancellationToken cancellation = default)
    {
        RunOptions[] cells = [.. seeds.Select(seed => cell with { Seed = seed })];
        TrainingHistory[] histories = [.. cells.Select(_ => new TrainingHistory())];
        new ParallelRuns(0, cells, progress).Train(
            PhysicalCores.Count,
            () => _ => false,
            (place, history, complete) =>
            {
                histories[place] = history;
                return complete ? SweepRun.Of(cells[place], history) : null;
            },
            cancellation);
        return histories;
    }
}
