using Grokking.Analysis;
using Grokking.Training;

namespace Grokking.Tests.Analysis;

public sealed class TrainingPhaseTests
{
    [Fact]
    public void A_run_that_groks_has_four_phases_without_a_gap()
    {
        var phases = TrainingPhase.Of(History((10, 1), (99, 20), (100, 30), (100, 60), (100, 80), (100, 99), (100, 100)));

        // Half way from 20 to 100 is 60.
        Assert.Equal(
            [new("memorising", 0, 1), new("plateau", 1, 3), new("grokking", 3, 5), new("understood", 5, 7)], phases);
    }

    [Fact]
    public void A_run_that_does_not_grok_ends_on_the_plateau()
    {
        Assert.Equal([new("memorising", 0, 1), new("plateau", 1, 3)], TrainingPhase.Of(History((10, 1), (99, 20), (100, 30))));
        Assert.Equal([new("memorising", 0, 2)], TrainingPhase.Of(History((10, 1), (50, 20))));
        Assert.Empty(TrainingPhase.Of(new TrainingHistory()));
    }

    [Fact]
    public void A_phase_that_takes_no_epoch_is_left_out()
    {
        Assert.Equal([new("memorising", 0, 1), new("understood", 1, 2)], TrainingPhase.Of(History((50, 20), (99, 99.5))));
    }

    [Fact]
    public void A_setback_does_not_bring_a_phase_back()
    {
        Assert.Equal(
            [new("memorising", 0, 1), new("plateau", 1, 2), new("grokking", 2, 5)],
            TrainingPhase.Of(History((10, 1), (99, 20), (90, 61), (100, 40), (100, 98))));
    }

    private static TrainingHistory History(params (double Training, double Validation)[] epochs)
    {
        var history = new TrainingHistory();
        foreach (var (training, validation) in epochs)
        {
            history.Add(new EpochRecord(history.Count, history.Count + 1, 0, 1, training, 1, validation, 1));
        }

        return history;
    }
}
