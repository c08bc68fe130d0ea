namespace Grokking.Training;

/// <summary>Where a run stands; reported after every epoch, on the thread that trains.</summary>
/// <param name="Latest">The epoch that has just finished.</param>
/// <param name="Epochs">The number of epochs the run aims at.</param>
/// <param name="EpochsPerSecond">The rate since this call of <see cref="Trainer.Train"/> began.</param>
public readonly record struct TrainingProgress(EpochRecord Latest, int Epochs, double EpochsPerSecond)
{
    /// <summary>The time left at the present rate.</summary>
    public TimeSpan Remaining => TimeSpan.FromSeconds((Epochs - Latest.Epoch - 1) / EpochsPerSecond);
}
