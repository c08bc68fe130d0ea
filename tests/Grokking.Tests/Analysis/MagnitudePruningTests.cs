using Grokking.Analysis;
using Grokking.Data;
using Grokking.Models;
using Grokking.Tests.Models;
using Grokking.Training;
using static TorchSharp.torch;

namespace Grokking.Tests.Analysis;

public sealed class MagnitudePruningTests
{
    [Fact]
    public void It_is_the_network_with_its_small_weights_at_zero()
    {
        using var dataset = new EquationDataset(7, Operation.Add);
        using var model = new GrokkingMlp(9, 8, 8);
        double[] thresholds = [0, 0.01, 0.3, 1];
        var prunings = MagnitudePruning.Of(model, dataset, All(dataset), thresholds);
        Assert.Equal(thresholds, prunings.Select(pruning => pruning.Threshold));
        foreach (var pruning in prunings)
        {
            var weights = Weights.Of(model);
            Assert.Equal(weights.Count(weight => Math.Abs(weight) < pruning.Threshold) / (double)weights.Length, pruning.SharePruned, 1e-12);
            // The thresholds rise, so that one model may lose more and more.
            using (no_grad())
            {
                foreach (var parameter in model.parameters())
                {
                    parameter[parameter.abs() < pruning.Threshold] = 0;
                }
            }

            var expected = Evaluation.Of(model, dataset, All(dataset));
            Assert.Equal(expected.Loss, pruning.Pruned.Loss, 1e-5);
            Assert.Equal(expected.Accuracy, pruning.Pruned.Accuracy, 1e-9);
        }
    }

    [Fact]
    public void A_weight_at_the_threshold_stays_and_zeros_and_biases_count()
    {
        using var dataset = new EquationDataset(5, Operation.Add);
        using var model = new GrokkingMlp(7, 1, 1);
        using (no_grad())
        {
            foreach (var parameter in model.parameters())
            {
                parameter.fill_(0.5);
            }

            model.OutputLayer.bias!.zero_();
        }

        // 7 embeddings, 4 and 1 of the hidden layer, 7 of the output layer, and 7 biases which are zero.
        Assert.Equal([0, 7 / 26.0, 1], MagnitudePruning.Of(model, dataset, [0], [0, 0.5, 0.500001]).Select(pruning => pruning.SharePruned));
    }

    [Fact]
    public void A_network_with_noise_on_its_idle_weights_is_intact_without_it_and_only_guesses_without_all()
    {
        using var dataset = new EquationDataset(31, Operation.Add);
        using var model = CircuitNetwork.Of(dataset, [2, 9]);
        using (no_grad())
        {
            foreach (var parameter in model.parameters())
            {
                parameter[parameter.abs() < 1e-4] = 0.003;
            }
        }

        var prunings = MagnitudePruning.Of(model, dataset, All(dataset), [0, 0.004, 200]);
        // Of each of the 288 neurons at least 12 inputs, the bias, and what it says of the two tokens that are no numbers.
        Assert.InRange(prunings[1].SharePruned, 288 * 15.0 / model.ParameterCount, 0.4);
        Assert.Equal((100, 100), (prunings[0].Pruned.Accuracy, prunings[1].Pruned.Accuracy));
        Assert.Equal(1, prunings[1].Pruned.Loss / CircuitNetwork.Loss(31, [2, 9]), 0.05);
        Assert.Equal(1, prunings[2].SharePruned);
        Assert.Equal(Math.Log(33), prunings[2].Pruned.Loss, 1e-9);
    }

    [Fact]
    public void What_cannot_be_pruned_is_refused()
    {
        using var dataset = new EquationDataset(7, Operation.Add);
        using var model = new GrokkingMlp(9, 8, 8);
        using var other = new GrokkingMlp(8, 8, 8);
        Assert.Contains(
            "The threshold is -0.01; it has to be at least 0, such as 0.01.",
            Assert.Throws<ArgumentOutOfRangeException>(() => MagnitudePruning.Of(model, dataset, [0], [-0.01])).Message);
        Assert.Contains("The threshold is NaN;", Assert.Throws<ArgumentOutOfRangeException>(() => MagnitudePruning.Of(model, dataset, [0], [double.NaN])).Message);
        Assert.Contains("Equation 49 is not in the dataset", Assert.Throws<ArgumentOutOfRangeException>(() => MagnitudePruning.Of(model, dataset, [49], [0.1])).Message);
        Assert.Contains("no equations", Assert.Throws<ArgumentException>(() => MagnitudePruning.Of(model, dataset, [], [0.1])).Message);
        Assert.Contains("The model has 8 tokens", Assert.Throws<ArgumentException>(() => MagnitudePruning.Of(other, dataset, [0], [0.1])).Message);
    }

    private static long[] All(EquationDataset dataset) => [.. Enumerable.Range(0, dataset.Count).Select(i => (long)i)];
}
