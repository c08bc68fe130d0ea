using Grokking.Data;
using Grokking.Runs;
using Grokking.Runtime;
using Grokking.Training;
using static TorchSharp.torch;

namespace Grokking.Sweeps;

/// <summary>
/// Does the runs of a grid side by side, a core each and the last ones several, and keeps the result of each in a file, so that a sweep that was
/// killed goes on where it stopped. Every run is the one that it would be alone.
/// </summary>
public sealed class Sweep
{
    private readonly IReadOnlyList<RunSettings> _runs;
    private readonly SweepFile? _file;

    /// <summary>A sweep over some runs.</summary>
    /// <param name="runs">A grid's <see cref="SweepGrid.Runs"/>, or a shard of them.</param>
    /// <param name="file">
    /// The JSON-lines file to go on with, which is made where there is none (see <see cref="SweepFile"/>); null keeps the
    /// runs in memory only.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A run's operation does not take its modulus, or has no name for the file, or one side of its split is empty, or its engine can't
    /// train it.
    /// </exception>
    public Sweep(IReadOnlyList<RunSettings> runs, string? file = null)
    {
        foreach (var sameEquations in runs.GroupBy(run => (run.Modulus, run.Operation)))
        {
            using var dataset = new EquationDataset(sameEquations.Key.Modulus, sameEquations.Key.Operation);
            foreach (var run in sameEquations.DistinctBy(run => (run.Split, run.TrainingFraction, run.FirstTrainingLabel)))
            {
                using var generator = new Generator(0);
                run.SplitOf(dataset, generator);
            }
        }

        foreach (var run in runs)
        {
            TrainingRun.Require(run);
        }

        _runs = [.. runs.Select(SweepGrid.Comparable)];
        if (file is not null)
        {
            // What a file can't name is refused before it is trained.
            foreach (var run in _runs)
            {
                Setting.ToJson(run, withThreads: false);
            }

            _file = new SweepFile(file);
        }
    }

    /// <summary>A run ends early once this many epochs in a row had 100% validation accuracy.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int StopAfter { get; init => field = Legal.AtLeast(value, 1, "number of epochs to stop after", "100"); } = 100;

    /// <summary>Told of lines of the file that were skipped, each in a sentence.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>How many runs there are at a time; by default as many as physical cores.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int AtOnce { get; init => field = Legal.AtLeast(value, 1, "number of runs at once", "2"); } = PhysicalCores.Count;

    /// <summary>Does the runs that the file does not have yet, each of which is in the file as soon as it has ended.</summary>
    /// <param name="progress">
    /// Told at once what the file has, then of epochs a few times a second and of every end; on the threads that train, one
    /// at a time.
    /// </param>
    /// <param name="cancellation">Asks to stop: runs that are under way are dropped, those that have ended are kept.</param>
    /// <returns>The runs that are done, in the order of the grid; all of them unless it was cancelled.</returns>
    /// <exception cref="InvalidDataException">The file has a line that is no run, or a run of another grid; it is as it was.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public IReadOnlyList<RunResult> Run(IProgress<SweepProgress>? progress = null, CancellationToken cancellation = default)
    {
        var results = _file?.Continue(_runs, Warn).ToDictionary(result => result.Settings) ?? [];
        RunSettings[] left = [.. _runs.Where(run => !results.ContainsKey(run))];
        var share = (double)results.Count / Math.Max(1, _runs.Count);
        progress?.Report(new SweepProgress(results.Count, _runs.Count, share, null, null));
        new ParallelRuns(results.Count, left, progress, AtOnce).Train(
            StopRule,
            (place, history, complete) =>
            {
                if (!complete)
                {
                    return null;
                }

                var result = RunResult.Of(left[place], history);
                _file?.Append(result);
                return results[left[place]] = result;
            },
            cancellation);
        return [.. _runs.Where(results.ContainsKey).Select(run => results[run])];
    }

    private Func<EpochRecord, bool> StopRule()
    {
        var inARow = 0;
        return epoch => (inARow = epoch.ValidationAccuracy >= 100 ? inARow + 1 : 0) >= StopAfter;
    }
}
