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
        Require(epochs, 1, nameof(epochs), "number of epochs");
        Require(snapshots, 2, nameof(snapshots), "number of snapshots");
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
            Require(epoch, 0, nameof(epochs), "epoch");
        }

        return new SnapshotSchedule(epochs);
    }

    /// <summary>Whether the weights are kept after this many epochs.</summary>
    internal bool Contains(int epochs) => _epochs.Contains(epochs);

    private static void Require(int value, int least, string parameter, string name)
    {
        if (value < least)
        {
            throw new ArgumentOutOfRangeException(parameter, $"The {name} is {value}; it has to be at least {least}.");
        }
    }
}
