using Grokking.Analysis;
using Grokking.Runs;
using Grokking.Training;

namespace Grokking.Sweeps;

/// <summary>What became of a run.</summary>
public enum RunOutcome
{
    /// <summary>Validation accuracy reached <see cref="TrainingHistory.KnownAccuracy"/>.</summary>
    Reached,

    /// <summary>It did not within the run's epochs: it would have taken longer than the limit.</summary>
    Censored,

    /// <summary>A loss became no finite number before it did.</summary>
    Diverged,
}

/// <summary>A side of the split.</summary>
public enum Side
{
    /// <summary>The equations that are learnt from.</summary>
    Training,

    /// <summary>Those that are kept back.</summary>
    Validation,
}

/// <summary>What a run of a sweep measured.</summary>
public sealed record RunResult
{
    /// <summary>The accuracies, in percent, whose milestones are kept.</summary>
    public static IReadOnlyList<int> Marks { get; } = [50, 90, TrainingHistory.KnownAccuracy, 100];

    private const int CurvePoints = 100;

    /// <summary>What the run depended on.</summary>
    public required RunSettings Settings { get; init; }

    /// <summary>What became of it.</summary>
    public required RunOutcome Outcome { get; init; }

    /// <summary>The epochs it took, up to its early stop or its limit.</summary>
    public required int Epochs { get; init; }

    /// <summary>Wall-clock seconds of the run, beside others.</summary>
    public required double Seconds { get; init; }

    /// <summary>Percent of validation equations right, in the best epoch.</summary>
    public required double BestValidationAccuracy { get; init; }

    /// <summary>When each side reached each of <see cref="Marks"/>; those that it did not reach are not there.</summary>
    public required IReadOnlyDictionary<(Side Side, int Percent), Milestone> Milestones { get; init; }

    /// <summary>The last epoch; null in a file of an earlier form.</summary>
    public EpochRecord? Last { get; init; }

    /// <summary>At most a hundred of its epochs, evenly on a logarithmic axis, the first and the last among them; none in a file of an earlier form.</summary>
    public IReadOnlyList<EpochRecord> Curve { get; init; } = [];

    /// <summary>The epochs until validation first reached <see cref="TrainingHistory.KnownAccuracy"/>; null where it did not.</summary>
    public int? EpochsToGrok => Of(Side.Validation, TrainingHistory.KnownAccuracy)?.Epochs;

    /// <summary>The optimiser steps until then; null where it did not.</summary>
    public long? StepsToGrok => Of(Side.Validation, TrainingHistory.KnownAccuracy)?.Steps;

    /// <summary>From training's 99% to validation's; null where either did not get there, or the file is of an earlier form.</summary>
    public Delay? Delay => Of(Side.Training, TrainingHistory.KnownAccuracy) is { } training && Of(Side.Validation, TrainingHistory.KnownAccuracy) is { } validation
        ? new(training, validation)
        : null;

    /// <summary>Optimiser steps an epoch; null where neither the last epoch nor a milestone tells.</summary>
    internal double? StepsAnEpoch => Last is { } last ? (double)last.Step / (last.Epoch + 1)
        : Milestones.Count > 0 ? (double)Milestones.Values.First().Steps / Milestones.Values.First().Epochs
        : null;

    /// <summary>When a side first had an accuracy of <see cref="Marks"/>; null where it never had.</summary>
    public Milestone? Of(Side side, int percent) => Milestones.TryGetValue((side, percent), out var milestone) ? milestone : null;

    internal static RunResult Of(RunSettings settings, TrainingHistory history)
    {
        var milestones = (from percent in Marks
                          from side in Enum.GetValues<Side>()
                          let reached = side == Side.Training ? history.FirstReachingTraining(percent) : history.FirstReachingValidation(percent)
                          let milestone = Milestone.Of(reached)
                          where milestone is not null
                          select KeyValuePair.Create((side, percent), milestone.Value)).ToDictionary();
        return new RunResult
        {
            Settings = settings,
            Outcome = milestones.ContainsKey((Side.Validation, TrainingHistory.KnownAccuracy)) ? RunOutcome.Reached
                : history.HasDiverged ? RunOutcome.Diverged : RunOutcome.Censored,
            Epochs = history.Count,
            Seconds = history.Seconds,
            BestValidationAccuracy = history.Max(epoch => epoch.ValidationAccuracy),
            Milestones = milestones,
            Last = history[^1],
            Curve = [.. Drawn(history.Count).Select(epoch => history[epoch])],
        };
    }

    private static IEnumerable<int> Drawn(int count) => Enumerable.Range(0, CurvePoints)
        .Select(i => (int)Math.Round(Math.Pow(count, i / (CurvePoints - 1.0))) - 1)
        .Distinct();
}
