namespace Grokking.Training;

/// <summary>A trainer's place in its run, between any two batches.</summary>
public sealed record TrainerState
{
    /// <summary>The finished epochs.</summary>
    public required IReadOnlyList<EpochRecord> Epochs { get; init; }

    /// <summary>Wall-clock seconds of training so far.</summary>
    public required double Seconds { get; init; }

    /// <summary>The pass over the training equations of the epoch that has begun.</summary>
    public required PassState Training { get; init; }

    /// <summary>The pass over its validation equations.</summary>
    public required PassState Validation { get; init; }
}

/// <summary>A place in a pass over one side of the split.</summary>
/// <param name="Equations">Dataset indices in the order of this pass; empty while it has not begun.</param>
/// <param name="Done">How many of them have been served.</param>
/// <param name="Loss">The sum of their batches' mean losses.</param>
/// <param name="Correct">How many of them were right.</param>
public sealed record PassState(ReadOnlyMemory<long> Equations, int Done, double Loss, int Correct);
