using Grokking.Training;

namespace Grokking.Notebooks;

/// <summary>Training in a cell.</summary>
public static class LiveTraining
{
    /// <summary>
    /// <see cref="Trainer.Train"/> with a bar under the cell, and the cell's stop button to cancel it. What was trained
    /// until then stays, in <see cref="Trainer.History"/> and in the model.
    /// </summary>
    /// <param name="trainer">The trainer; one that has trained before goes on from there.</param>
    /// <param name="epochs">Epochs the run aims at, the finished ones included.</param>
    public static TrainingHistory TrainLive(this Trainer trainer, int epochs)
    {
        if (trainer.History.Count >= epochs)
        {
            Console.WriteLine(FormattableString.Invariant($"Nothing to train: the run has its {epochs:N0} epochs."));
            return trainer.History;
        }

        using var progress = LiveProgress.Start(trainer.History.Count, epochs);
        return trainer.Train(epochs, progress, progress.Cancellation);
    }
}
