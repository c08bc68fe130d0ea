using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Grokking.Runs;
using Grokking.Runtime;
using Grokking.Training;

namespace Grokking.Sweeps;

/// <summary>Trains runs side by side, one thread each; a core that falls free at the end goes to the runs that are left.</summary>
/// <param name="done">Runs that were done before.</param>
/// <param name="runs">The runs to do.</param>
/// <param name="progress">Told of epochs a few times a second, and of every end; by one thread at a time.</param>
/// <param name="atOnce">How many at a time.</param>
internal sealed class ParallelRuns(int done, IReadOnlyList<RunSettings> runs, IProgress<SweepProgress>? progress, int atOnce)
{
    private static readonly TimeSpan BetweenReports = TimeSpan.FromSeconds(0.25);

    // More than anybody waits for, and less than a TimeSpan can hold.
    private static readonly TimeSpan LongestLeft = TimeSpan.FromDays(100_000);

    private readonly Lock _lock = new();
    private readonly Stopwatch _clock = new();
    private readonly double[] _shares = new double[runs.Count];
    private int _ended;
    private TimeSpan _reported;

    /// <summary>Trains them all.</summary>
    /// <param name="stops">Makes a run's rule for its last epoch.</param>
    /// <param name="end">
    /// Takes each run's place, its history and whether it came to its end; gives what to tell of it, if anything. By one
    /// thread at a time.
    /// </param>
    /// <param name="cancellation">Asks all of them to stop.</param>
    public void Train(
        Func<Func<EpochRecord, bool>> stops, Func<int, TrainingHistory, bool, RunResult?> end, CancellationToken cancellation)
    {
        _clock.Start();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            // Without buffering a thread takes one run at a time: none waits for another thread's.
            Parallel.ForEach(
                Partitioner.Create(runs.Index(), EnumerablePartitionerOptions.NoBuffering),
                new ParallelOptions { MaxDegreeOfParallelism = atOnce },
                (run, loop) =>
                {
                    if (stop.IsCancellationRequested)
                    {
                        loop.Stop();
                        return;
                    }

                    try
                    {
                        Train(run.Index, run.Item, stops(), end, stop.Token);
                    }
                    catch
                    {
                        stop.Cancel();
                        throw;
                    }
                });
        }
        catch (AggregateException failed)
        {
            ExceptionDispatchInfo.Throw(failed.InnerExceptions[0]);
        }
    }

    private void Train(
        int place, RunSettings settings, Func<EpochRecord, bool> isLast, Func<int, TrainingHistory, bool, RunResult?> end, CancellationToken cancellation)
    {
        using var run = new TrainingRun(settings) { MostThreads = Cores() };
        using var stop = new StopWhen(
            epoch =>
            {
                Tell(place, (epoch.Epoch + 1.0) / settings.Epochs);
                run.MostThreads = Cores();
                return isLast(epoch);
            },
            cancellation);
        var history = run.Train(stop, stop.Token);
        var complete = stop.Stopped || history.HasDiverged || history.Count == settings.Epochs;
        lock (_lock)
        {
            var ended = end(place, history, complete);
            if (complete)
            {
                _shares[place] = 1;
                _ended++;
                Report(ended);
            }
        }
    }

    /// <summary>A run's share of the cores.</summary>
    private int Cores() => Math.Clamp(atOnce / Math.Max(1, runs.Count - Volatile.Read(ref _ended)), 1, PhysicalCores.Count);

    private void Tell(int place, double share)
    {
        lock (_lock)
        {
            _shares[place] = share;
            if (_clock.Elapsed - _reported >= BetweenReports)
            {
                Report(null);
            }
        }
    }

    private void Report(RunResult? latest)
    {
        _reported = _clock.Elapsed;
        var (gained, total) = (_shares.Sum(), done + runs.Count);
        progress?.Report(new SweepProgress(
            done + _ended, total, (done + gained) / total, TimeSpan.FromSeconds(Math.Min(_reported.TotalSeconds * (runs.Count - gained) / gained, LongestLeft.TotalSeconds)), latest));
    }
}
