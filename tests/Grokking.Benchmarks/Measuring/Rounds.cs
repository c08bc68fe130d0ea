using System.Diagnostics;

namespace Grokking.Benchmarks.Measuring;

/// <summary>Contenders take turns, A B C A B C, so that a machine that slows down or is busy for a while does so to all.</summary>
/// <param name="Count">How often each has its turn.</param>
/// <param name="Seconds">About how long a turn is.</param>
internal sealed record Rounds(int Count, double Seconds)
{
    private const double WarmUpSeconds = 1;

    /// <summary>Every contender's seconds for a piece of its work, in every round.</summary>
    public IReadOnlyDictionary<IContender, Sample> Measure(IReadOnlyCollection<IContender> contenders)
    {
        var times = contenders.ToDictionary(contender => contender, WarmUp);
        var samples = contenders.ToDictionary(contender => contender, _ => new Sample(new double[Count]));
        for (var round = 0; round < Count; round++)
        {
            foreach (var contender in contenders)
            {
                // The threads of the one before may still spin for work.
                Thread.Sleep(20);
                samples[contender].Values[round] = contender.Seconds(times[contender]) / times[contender];
            }
        }

        return samples;
    }

    /// <summary>Runs until the code is compiled at its best; returns how often the work fits into a turn.</summary>
    private int WarmUp(IContender contender)
    {
        var clock = Stopwatch.StartNew();
        double latest;
        do
        {
            latest = contender.Seconds(1);
        }
        while (clock.Elapsed.TotalSeconds < WarmUpSeconds);
        return Math.Max(1, (int)Math.Round(Seconds / latest));
    }
}
