namespace Grokking.Training;

/// <summary>After which epochs a trainer keeps a copy of the weights.</summary>
public sealed class SnapshotSchedule
{
    private readonly SortedSet<int> _epochs;

    private SnapshotSchedule(IEnumerable<int> epochs) => _epochs = [.. epochs];

    /// <summary>The schedule, in order: 0 is the weights before training, n those after n epochs.</summary>
    public IReadOnlyCollection<int> Epochs => _epochs;

    /// <summary>
    /// The weights before training, after the first and the last epoch, and between them at even distances on a
    /// logarithmic axis: learning by heart takes a hundred epochs, understanding thousands.
    /// </summary>
    /// <param name="epochs">The last epoch, at least 1.</param>
    /// <param name="snapshots">About how many snapshots, at least 2; early ones that would share an epoch are one.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is too small.</exception>
    public static SnapshotSchedule Logarithmic(int epochs, int snapshots = 40)
    {
        Legal.AtLeast(epochs, 1, "number of epochs", "20000");
        Legal.AtLeast(snapshots, 2, "number of snapshots", "40");
        return new SnapshotSchedule(
            [0, .. Enumerable.Range(0, snapshots - 1).Select(i => (int)Math.Round(Math.Pow(epochs, i / Math.Max(1.0, snapshots - 2)))), epochs]);
    }

    /// <summary>The epochs that the caller names.</summary>
    /// <param name="epochs">0 for the weights before training, n for those after n epochs.</param>
    /// <exception cref="ArgumentOutOfRangeException">One is negative.</exception>
    public static SnapshotSchedule At(params IReadOnlyList<int> epochs)
    {
        foreach (var epoch in epochs)
        {
            Legal.AtLeast(epoch, 0, "epoch", "0");
        }

        return new SnapshotSchedule(epochs);
    }

    /// <summary>Whether the weights are kept after this many epochs.</summary>
    internal bool Contains(int epochs) => _epochs.Contains(epochs);
}
