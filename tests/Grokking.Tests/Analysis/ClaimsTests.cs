using Grokking.Analysis;
using Grokking.Runs;
using Grokking.Sweeps;
using Grokking.Training;

namespace Grokking.Tests.Analysis;

/// <summary>The ranges that the notebooks' prose states and docs/claims.md lists, where a short run can decide them.</summary>
public sealed class ClaimsTests
{
    [Fact]
    public void The_original_learns_by_heart_first_and_its_validation_loss_peaks_before_that_is_done()
    {
        var histories = SeedRuns.Train(RunSettings.Original with { Epochs = 200 }, [0, 1, 2], cancellation: TestContext.Current.CancellationToken);
        foreach (var history in histories)
        {
            var memorised = Milestone.Of(history.FirstReachingTraining(TrainingHistory.KnownAccuracy))!.Value.Epochs;
            Assert.InRange(memorised, 95, 130);
            Assert.InRange(history[memorised - 1].ValidationAccuracy, 5, 50);
            Assert.InRange(history.MaxBy(epoch => epoch.ValidationLoss).Epoch + 1, 45, 70);
        }

        Assert.InRange(histories[0][199].ValidationAccuracy, 65, 80);
    }

    [Fact]
    public void With_the_fast_preset_there_is_no_delay()
    {
        foreach (var history in SeedRuns.Train(RunSettings.Fast, [0, 1, 2, 3, 4, 5], cancellation: TestContext.Current.CancellationToken))
        {
            Assert.InRange(Delay.Of(history)!.Value.Epochs, -2, 2);
        }
    }
}
