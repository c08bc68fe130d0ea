namespace Grokking.Charts;

/// <summary>The epochs that a chart of several long lines draws: the first thousand, and about a thousand of the rest.</summary>
internal static class DrawnEpochs
{
    private const int Dense = 1000;

    /// <summary>Epochs from 0, rising, the last one included.</summary>
    public static int[] Of(int count)
    {
        var stride = Math.Max(1, (count - Dense) / Dense);
        return [.. Enumerable.Range(0, count).Where(epoch => epoch < Dense || epoch % stride == 0 || epoch == count - 1)];
    }
}
