using Grokking.Data;
using Grokking.Models;
using Grokking.Sweeps;
using Grokking.Tests.Models;
using Grokking.Training;

namespace Grokking.Tests.Sweeps;

public sealed class SeedRunsTests
{
    [Fact]
    public void Each_seed_has_the_history_that_it_has_alone()
    {
        var cell = SmallSweep.Run(epochs: 20);
        ulong[] seeds = [3, 1, 4, 15, 9, 2, 6];
        var histories = SeedRuns.Train(cell, seeds);
        Assert.Equal(seeds.Length, histories.Count);
        foreach (var (seed, history) in seeds.Zip(histories))
        {
            Assert.Equal(SmallSweep.Alone(cell with { Seed = seed }), SmallSweep.WithoutSeconds(history));
        }
    }

    [Fact]
    public void Networks_that_many_threads_make_at_once_have_the_weights_of_their_own_seeds()
    {
        var expected = Enumerable.Range(0, 64).Select(seed => Of((ulong)seed)).ToList();
        var actual = new float[64][];
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, seed => actual[seed] = Of((ulong)seed));
        Assert.Equal(expected, actual);

        static float[] Of(ulong seed)
        {
            using var model = GrokkingMlp.FromSeed(seed, 9, 16, 16);
            return Weights.Of(model);
        }
    }

    [Fact]
    public void A_cancelled_call_returns_what_there_is()
    {
        using var cancellation = new CancellationTokenSource();
        var histories = SeedRuns.Train(
            SmallSweep.Run(epochs: 1_000_000), [1, 2, 3], new ProgressListener<SweepProgress>(_ => cancellation.Cancel()), cancellation.Token);
        Assert.Equal(3, histories.Count);
        Assert.Contains(histories, history => history.Count > 0);
        Assert.All(histories, history => Assert.InRange(history.Count, 0, 999_999));
    }

    [Fact]
    public void A_run_in_S5_trains()
    {
        var histories = SeedRuns.Train(
            SmallSweep.Run(epochs: 2) with { Operation = Operation.Parse("s5:xy"), Modulus = 120 }, [1]);
        Assert.Equal(2, Assert.Single(histories).Count);
    }
}
