using System.Diagnostics;
using Grokking.Benchmarks.Measuring;
using Grokking.Benchmarks.Runs;
using Grokking.Runs;
using Grokking.Sweeps;
using Grokking.Training;

namespace Grokking.Benchmarks.Presets;

/// <summary>Settings on some seeds: how much training it takes until validation reaches 99%.</summary>
internal sealed class Trial(RunSettings settings)
{
    /// <summary>Seeds from this on are for judging: no search has seen them.</summary>
    public const int FirstFreshSeed = 1000;

    // GFLOP: a hundred times what fast settings need.
    private const double FreshLimit = 2000;
    private const double WarmUpSeconds = 1;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<int, Outcome?> _outcomes = [];

    public int Count => _outcomes.Count;

    /// <summary>Runs that did not get there in time.</summary>
    public int Failed => _outcomes.Values.Count(outcome => outcome is null);

    /// <summary>GFLOP of matrix products a run, which no other work on the machine disturbs; infinite where it did not get there.</summary>
    public Sample Work => Of(outcome => outcome.Work);

    /// <summary>Seconds a run; infinite where it did not get there.</summary>
    public Sample Seconds => Of(outcome => outcome.Epoch.Seconds);

    /// <summary>Optimiser steps a run; infinite where it did not get there.</summary>
    public Sample Steps => Of(outcome => outcome.Epoch.Step);

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

    /// <summary>Tries a seed, of weights and data alike; a run that takes more GFLOP than the limit has failed.</summary>
    public void Run(int seed, double limit)
    {
        using var run = TimedRun.Fused(settings, new RunSeed(seed, (ulong)seed));
        var epochWork = EpochProducts.Of(run.Order, run.Model).Sum(product => product.Flop) / 1e9;
        using var stop = new StopWhen(epoch => epoch.ValidationAccuracy >= TrainingHistory.KnownAccuracy);
        var reached = run.Train((int)Math.Ceiling(limit / epochWork), stop, stop.Token).FirstReachingValidation(TrainingHistory.KnownAccuracy);
        lock (_lock)
        {
            _outcomes[seed] = reached is { } epoch ? new Outcome(epoch, (epoch.Epoch + 1) * epochWork) : null;
        }
    }

    private Sample Of(Func<Outcome, double> figure) =>
        new([.. _outcomes.Values.Select(outcome => outcome is { } reached ? figure(reached) : double.PositiveInfinity)]);

    private readonly record struct Outcome(EpochRecord Epoch, double Work);
}
