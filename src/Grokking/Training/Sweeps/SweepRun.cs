using Grokking.Training.Runs;

namespace Grokking.Training.Sweeps;

/// <summary>What came of a cell.</summary>
/// <param name="Cell">What the run depended on.</param>
/// <param name="Epochs">The epochs it took, up to its early stop or its limit.</param>
/// <param name="EpochsToGrok">
/// The epochs until validation first reached <see cref="Grokked"/>; null where it did not: the run is <em>censored</em>,
/// which says that it would have taken more than its limit, <see cref="TrainingOptions.Epochs"/>.
/// </param>
/// <param name="StepsToGrok">The optimiser steps until then; null where it did not.</param>
/// <param name="BestValidationAccuracy">Percent of validation equations right, in the best epoch.</param>
/// <param name="Seconds">Wall-clock seconds of the run, beside others.</param>
public sealed record SweepRun(
    RunOptions Cell, int Epochs, int? EpochsToGrok, long? StepsToGrok, double BestValidationAccuracy, double Seconds)
{
    /// <summary>The validation accuracy, in percent, that counts as grokked.</summary>
    public const double Grokked = 99;

    internal static SweepRun Of(RunOptions cell, TrainingHistory history)
    {
        var reached = history.FirstReaching(Grokked);
        return new SweepRun(
            cell, history.Count, reached?.Epoch + 1, reached?.Step,
            history.Max(epoch => epoch.ValidationAccuracy), history[^1].Seconds);
    }
}
