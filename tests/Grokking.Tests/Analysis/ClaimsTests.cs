using Grokking.Analysis;
using Grokking.Models;
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

    [Fact]
    public void With_the_fast_preset_phases_alone_answer_most_equations_and_shuffled_ones_next_to_none()
    {
        foreach (var seed in (ulong[])[0, 1, 2])
        {
            using var run = new TrainingRun(RunSettings.Fast with { Seed = seed });
            var network = (GrokkingMlp)run.Model;
            // Of n random angles the mean vector is longer than 3 / √n once in eight thousand times (Rayleigh's test).
            var random = NeuronPhases.Of(network, run.Dataset);
            Assert.InRange(NeuronPhases.CircularVariance(random), 1 - (3 / Math.Sqrt(random.Count)), 1);
            run.Train(cancellation: TestContext.Current.CancellationToken);

            var neurons = NeuronPhases.Of(network, run.Dataset);
            NeuronPhases[] alone = [.. neurons.Select(neuron => neuron with { Amplitudes = (1, 1, 1) })];
            var shuffled = Enumerable.Range(0, 25).Select(draw => Accuracy(NeuronPhases.ShufflePhaseOut(alone, new Random(draw), withinFrequency: true))).Order().ToArray();
            Assert.InRange(NeuronPhases.CircularVariance(neurons), 0, 0.05);
            Assert.InRange(Accuracy(alone), 80, 90.5);
            Assert.InRange(Accuracy(neurons), 34, 98);
            Assert.InRange(shuffled[12], 0, 2.5);
            Assert.InRange(shuffled[^1], 0, 7.5);

            double Accuracy(IReadOnlyList<NeuronPhases> some)
            {
                using var idealised = IdealisedNetwork.Of(some, run.Dataset);
                return Evaluation.Of(idealised, run.Dataset, [.. Enumerable.Range(0, run.Dataset.Count).Select(index => (long)index)]).Accuracy;
            }
        }
    }
}
