using Grokking.Data;
using Grokking.Runtime;
using Grokking.Training.Runs;
using static TorchSharp.torch;

namespace Grokking.Training.Sweeps;

/// <summary>
/// Runs the cells of a grid side by side, one thread each, and keeps what came of each in a file, so that a sweep that was
/// killed goes on where it stopped. Every run is the one that its cell alone would be.
/// </summary>
public sealed class Sweep
{
    private readonly IReadOnlyList<RunOptions> _cells;
    private readonly SweepFile? _file;

    /// <summary>A sweep over some cells.</summary>
    /// <param name="cells">A grid's <see cref="SweepGrid.Cells"/>, or a shard of them.</param>
    /// <param name="file">
    /// The JSON-lines file to go on with, which is made where there is none (see <see cref="SweepFile"/>); null keeps the
    /// runs in memory only.
    /// </param>
    /// <exception cref="ArgumentException">A cell's operation does not take its modulus, or one side of its split is empty.</exception>
    public Sweep(IReadOnlyList<RunOptions> cells, string? file = null)
    {
        foreach (var sameEquations in cells.GroupBy(cell => (cell.Modulus, cell.Operation)))
        {
            using var dataset = new EquationDataset(sameEquations.Key.Modulus, sameEquations.Key.Operation);
            foreach (var fraction in sameEquations.Select(cell => cell.TrainingFraction).Distinct())
            {
                using var generator = new Generator(0);
                DatasetSplit.ByFraction(dataset, fraction, generator);
            }
        }

        _cells = [.. cells.Select(SweepGrid.Comparable)];
        _file = file is null ? null : new SweepFile(file);
    }

    /// <summary>A run ends early once this many epochs in a row had 100% validation accuracy.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int StopAfter { get; init => field = Checked(value, "number of epochs to stop after", "100"); } = 100;

    /// <summary>How many runs there are at a time; by default as many as physical cores.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int AtOnce { get; init => field = Checked(value, "number of runs at once", "2"); } = PhysicalCores.Count;

    /// <summary>Does the runs that the file does not have yet, each of which is in the file as soon as it has ended.</summary>
    /// <param name="progress">
    /// Told at once what the file has, then of epochs a few times a second and of every end; on the threads that train, one
    /// at a time.
    /// </param>
    /// <param name="cancellation">Asks to stop: runs that are under way are dropped, those that have ended are kept.</param>
    /// <returns>The runs that are done, in the order of the cells; all of them unless it was cancelled.</returns>
    /// <exception cref="InvalidDataException">The file has a line that is no run, or a run of another grid; it is as it was.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public IReadOnlyList<SweepRun> Run(IProgress<SweepProgress>? progress = null, CancellationToken cancellation = default)
    {
        var runs = _file?.Continue(_cells).ToDictionary(run => run.Cell) ?? [];
        RunOptions[] left = [.. _cells.Where(cell => !runs.ContainsKey(cell))];
        var share = (double)runs.Count / Math.Max(1, _cells.Count);
        progress?.Report(new SweepProgress(runs.Count, _cells.Count, share, null, null));
        new ParallelRuns(runs.Count, left, progress).Train(
            AtOnce,
            StopRule,
            (place, history, complete) =>
            {
                if (!complete)
                {
                    return null;
                }

                var run = SweepRun.Of(left[place], history);
                _file?.Append(run);
                return runs[left[place]] = run;
            },
            cancellation);
        return [.. _cells.Where(runs.ContainsKey).Select(cell => runs[cell])];
    }

    private Func<EpochRecord, bool> StopRule()
    {
        var inARow = 0;
        return epoch => (inARow = epoch.ValidationAccuracy >= 100 ? inARow + 1 : 0) >= StopAfter;
    }

    private static int Checked(int value, string what, string example) => value >= 1
        ? value
        : throw new ArgumentOutOfRangeException(null, $"The {what} is {value}; it has to be at least 1, such as {example}.");
}
