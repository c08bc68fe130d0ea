using Grokking.Benchmarks.Measuring;
using Grokking.Benchmarks.Runs;
using Grokking.Training;

namespace Grokking.Benchmarks.Recipes;

/// <summary>A recipe on some seeds: seconds of training (all threads, one run at a time) until validation reaches 99%.</summary>
internal sealed class Trial(TrainingOptions options)
{
    private const double Accuracy = 99;
    private const int MostEpochs = 10_000;

    private readonly List<EpochRecord?> _reached = [];

    public int Count => _reached.Count;

    /// <summary>Runs that did not get there in time.</summary>
    public int Failed => _reached.Count(epoch => epoch is null);

    /// <summary>Seconds a run; infinite where it did not get there in time.</summary>
    public Sample Seconds => new([.. _reached.Select(epoch => epoch?.Seconds ?? double.PositiveInfinity)]);

    /// <summary>Optimiser steps a run; infinite where it did not get there in time.</summary>
    public Sample Steps => new([.. _reached.Select(epoch => epoch?.Step ?? double.PositiveInfinity)]);

    /// <summary>Tries the next seed; a run that takes longer than the limit in seconds has failed.</summary>
    public void Run(RunSeed seed, double limit)
    {
        using var run = TrainingRun.Fused(options, seed);
        var stop = new StopWhen(epoch => epoch.ValidationAccuracy >= Accuracy || epoch.Seconds > limit);
        _reached.Add(run.Train(MostEpochs, stop, stop.Token).FirstReaching(Accuracy));
    }
}
