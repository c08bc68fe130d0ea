namespace Grokking.Training;

/// <summary>When a side first had some accuracy.</summary>
/// <param name="Epochs">After how many epochs.</param>
/// <param name="Steps">After how many optimiser steps.</param>
public readonly record struct Milestone(int Epochs, long Steps)
{
    /// <summary>The end of an epoch.</summary>
    public static Milestone? Of(EpochRecord? epoch) => epoch is { } reached ? new(reached.Epoch + 1, reached.Step) : null;
}
