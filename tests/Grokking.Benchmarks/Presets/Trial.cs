using System.Diagnostics;
using Grokking.Benchmarks.Measuring;
using Grokking.Models;
using Grokking.Runs;
using Grokking.Runtime;
using Grokking.Sweeps;
using Grokking.Training;

namespace Grokking.Benchmarks.Presets;

/// <summary>Settings of the MLP on some seeds: how much training it takes until validation reaches 99%.</summary>
internal sealed class Trial(RunSettings settings)
{
    /// <summary>Seeds from this on are for judging: no search has seen them.</summary>
    public const int FirstFreshSeed = 1000;

    private const double WarmUpSeconds = 1;

    // A hundred times what fast settings need.
    private static readonly Predicate<(long Steps, double Work)> FreshLimit = done => done.Work >= 2000;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<int, Outcome?> _outcomes = [];

    public int Count => _outcomes.Count;

    /// <summary>Runs that did not get there in time.</summary>
    public int Failed => _outcomes.Values.Count(outcome => outcome is null);

    /// <summary>GFLOP of matrix products a run, which no other work on the machine disturbs; infinite where it did not get there.</summary>
    public Sample Work => Of(outcome => outcome.Work);

    /// <summary>Seconds a run; infinite where it did not get there.</summary>
    public Sample Seconds => Of(outcome => outcome.Validation.Seconds);

    /// <summary>Optimiser steps a run; infinite where it did not get there.</summary>
    public Sample Steps => Of(outcome => outcome.Validation.Step);

    /// <summary>Epochs a run; infinite where it did not get there.</summary>
    public Sample Epochs => Of(outcome => outcome.Validation.Epoch + 1);

    /// <summary>Optimiser steps from training's 99% to validation's a run, 0 where validation was not the later one; infinite where it did not get there.</summary>
    public Sample Delays => Of(outcome => outcome.Validation.Step - (outcome.Training ?? outcome.Validation).Step);

    /// <summary>A number of seeds that choose.</summary>
    /// <exception cref="RequestException">Those that judge would be among them.</exception>
    public static int Choosing(int seeds) => seeds < FirstFreshSeed
        ? seeds
        : throw new RequestException($"--seeds {seeds} has to be below {FirstFreshSeed}, where the seeds begin that judge.");

    /// <summary>
    /// The trial that judges: fresh seeds, one run at a time on all cores. A second of runs before them, which do not count,
    /// pays for compilation.
    /// </summary>
    public static Trial OnFreshSeeds(RunSettings settings, int seeds)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < WarmUpSeconds)
        {
            new Trial(settings).Run(FirstFreshSeed, FreshLimit);
        }

        var trial = new Trial(settings);
        for (var seed = FirstFreshSeed; seed < FirstFreshSeed + seeds; seed++)
        {
            trial.Run(seed, FreshLimit);
        }

        return trial;
    }

    /// <summary>Tries seeds that were not tried yet, a run a core.</summary>
    /// <param name="runs">Trials and seeds.</param>
    /// <param name="limit">After how many steps and GFLOP a run has failed.</param>
    public static void RunSideBySide(IEnumerable<(Trial Trial, int Seed)> runs, Predicate<(long Steps, double Work)> limit) => Parallel.ForEach(
        runs.Where(run => !run.Trial._outcomes.ContainsKey(run.Seed)).ToArray(),
        new ParallelOptions { MaxDegreeOfParallelism = PhysicalCores.Count },
        run => run.Trial.Run(run.Seed, limit));

    /// <summary>Tries a seed, of weights and data alike; a run that comes to the limit has failed.</summary>
    public void Run(int seed, Predicate<(long Steps, double Work)> limit)
    {
        using var run = new TrainingRun(settings with { Seed = (ulong)seed, DataSeed = (ulong)seed, Epochs = int.MaxValue });
        var epochWork = EpochProducts.Of(run.Order, (GrokkingMlp)run.Model).Sum(product => product.Flop) / 1e9;
        using var stop = new StopWhen(
            epoch => epoch.ValidationAccuracy >= TrainingHistory.KnownAccuracy || limit((epoch.Step, (epoch.Epoch + 1) * epochWork)));
        var history = run.Train(stop, stop.Token);
        var reached = history.FirstReachingValidation(TrainingHistory.KnownAccuracy);
        lock (_lock)
        {
            _outcomes[seed] = reached is { } epoch
                ? new Outcome(epoch, history.FirstReachingTraining(TrainingHistory.KnownAccuracy), (epoch.Epoch + 1) * epochWork)
                : null;
        }
    }

    private Sample Of(Func<Outcome, double> figure) =>
        new([.. _outcomes.Values.Select(outcome => outcome is { } reached ? figure(reached) : double.PositiveInfinity)]);

    private readonly record struct Outcome(EpochRecord Validation, EpochRecord? Training, double Work);
}
