using Grokking.Benchmarks.Measuring;
using Grokking.Benchmarks.Runs;
using Grokking.Runtime;
using static Grokking.Benchmarks.FigureTable;

namespace Grokking.Benchmarks.Speed;

/// <summary>How an epoch of the fused engine on all cores grows with the modulus and with the batch.</summary>
internal static class Growth
{
    // The last batch is larger than the dataset: all training equations in one step.
    private static readonly (int Modulus, int BatchSize)[] Sizes =
        [(53, 512), (97, 512), (149, 512), (199, 512), (97, 128), (97, 256), (97, 1024), (97, 97 * 97)];

    public static void Print(Rounds rounds)
    {
        using var peak = new FmaPeak(PhysicalCores.Count);
        TimedRun[] runs =
            [.. Sizes.Select(size => TimedRun.Fused(new() { BatchSize = size.BatchSize }, new RunSeed(0), size.Modulus))];
        var seconds = rounds.Measure([peak, .. runs]);

        var table = new FigureTable(
            $"Growth: one epoch of the fused engine on {peak.Threads} threads",
            "p", "batch", "steps", "GFLOP", "ms", "middle half", "GFLOP/s", "of peak");
        foreach (var run in runs)
        {
            var flop = EpochProducts.Of(run.Order, run.Model).Sum(product => product.Flop);
            var milliseconds = seconds[run].Select(time => 1000 * time);
            var rate = seconds[run].Select(time => flop / time / 1e9);
            var ofPeak = rate / seconds[peak].Select(time => peak.Flop / time / 1e9);
            table.Add(
                $"{run.Order.Split.Dataset.Modulus}",
                run.Order.Training.Count == 1 ? "full" : $"{run.Order.BatchSize}",
                $"{run.Order.Training.Count}",
                Figure(flop / 1e9), Figure(milliseconds.Median), Spread(milliseconds), Figure(rate.Median), $"{ofPeak.Median:P0}");
        }

        table.Write();
        foreach (var run in runs)
        {
            run.Dispose();
        }
    }
}
