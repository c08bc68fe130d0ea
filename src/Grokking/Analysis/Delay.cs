using Grokking.Training;
using static System.FormattableString;

namespace Grokking.Analysis;

/// <summary>
/// The delay that grokking is named for: from the moment training accuracy first has 99% to the one validation accuracy does.
/// </summary>
/// <param name="Training">When training accuracy first had 99%.</param>
/// <param name="Validation">When validation accuracy first had 99%.</param>
/// <remarks>
/// An epoch of few equations has few optimiser steps, so steps are what runs of different data are compared by. Training
/// accuracy is measured within an epoch, each batch before its own step, and validation accuracy after it: a network that
/// learns both at once has a delay of no epoch, or of minus one.
/// </remarks>
public readonly record struct Delay(Milestone Training, Milestone Validation)
{
    /// <summary>The delay in epochs; negative where validation was first.</summary>
    public int Epochs => Validation.Epochs - Training.Epochs;

    /// <summary>The delay in optimiser steps; negative where validation was first.</summary>
    public long Steps => Validation.Steps - Training.Steps;

    /// <summary>How many times as many steps validation took as training: 1 where there is no delay.</summary>
    public double Ratio => (double)Validation.Steps / Training.Steps;

    /// <summary>The delay of a run; null where it has not come to the end of it.</summary>
    public static Delay? Of(TrainingHistory history) =>
        Milestone.Of(history.FirstReachingTraining(TrainingHistory.KnownAccuracy)) is { } training && Milestone.Of(history.FirstReachingValidation(TrainingHistory.KnownAccuracy)) is { } validation
            ? new(training, validation)
            : null;

    /// <summary>A sentence.</summary>
    public override string ToString() => Invariant(
        $"training has 99% after {Training.Epochs:N0} epochs, validation after {Validation.Epochs:N0}: a delay of {Epochs:N0} epochs or {Steps:N0} steps; validation took {Ratio:G3} times as long");
}
