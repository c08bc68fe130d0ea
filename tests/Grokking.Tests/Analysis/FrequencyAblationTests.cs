using Grokking.Analysis;
using Grokking.Data;
using Grokking.Models;
using Grokking.Tests.Models;
using Grokking.Training;
using static TorchSharp.torch;

namespace Grokking.Tests.Analysis;

public sealed class FrequencyAblationTests
{
    [Fact]
    public void A_network_without_one_of_its_frequencies_answers_with_the_others()
    {
        using var dataset = new EquationDataset(53, Operation.Add);
        using var model = CircuitNetwork.Of(dataset, [4, 9, 23]);
        var ablations = FrequencyAblation.Of(model, dataset, All(dataset), [9, 1, 23]);
        Assert.Equal([9, 1, 23], ablations.Select(ablation => ablation.Frequency));
        Assert.Equal(1, ablations[0].Without.Loss / CircuitNetwork.Loss(53, [4, 23]), 0.05);
        Assert.Equal(1, ablations[1].Without.Loss / CircuitNetwork.Loss(53, [4, 9, 23]), 0.05);
        Assert.Equal(1, ablations[2].Without.Loss / CircuitNetwork.Loss(53, [4, 9]), 0.05);
    }

    [Fact]
    public void A_network_without_its_only_frequency_can_only_guess()
    {
        using var dataset = new EquationDataset(31, Operation.Add);
        using var model = CircuitNetwork.Of(dataset, [5], gain: 50);
        var ablations = FrequencyAblation.Of(model, dataset, All(dataset), [5, 6]);
        Assert.Equal(Math.Log(31), ablations[0].Without.Loss, 1e-3);
        Assert.InRange(ablations[0].Without.Accuracy, 0, 10);
        Assert.Equal(100, ablations[1].Without.Accuracy);
    }

    [Fact]
    public void It_is_the_network_run_on_an_embedding_without_the_wave()
    {
        using var dataset = new EquationDataset(7, Operation.Add);
        using var model = new GrokkingMlp(9, 8, 8);
        var ablation = FrequencyAblation.Of(model, dataset, All(dataset), [2])[0];
        using (no_grad())
        {
            var weight = model.Embedding.weight!;
            foreach (var wave in new Func<double, double>[] { Math.Cos, Math.Sin })
            {
                for (var column = 0; column < 8; column++)
                {
                    var values = Enumerable.Range(0, 7).Select(n => wave(2 * Math.PI * 2 * n / 7)).ToArray();
                    var size = Enumerable.Range(0, 7).Sum(n => values[n] * weight[n, column].item<float>()) / values.Sum(value => value * value);
                    for (var n = 0; n < 7; n++)
                    {
                        weight[n, column] -= size * values[n];
                    }
                }
            }
        }

        Assert.Equal(0, FourierSpectrum.OfEmbedding(model, 7).Power[2], 1e-10);
        Assert.Equal(Evaluation.Of(model, dataset, All(dataset)).Loss, ablation.Without.Loss, 1e-5);
    }

    [Fact]
    public void The_model_and_the_generator_stay_as_they_are()
    {
        using var dataset = new EquationDataset(7, Operation.Add);
        using var model = new GrokkingMlp(9, 8, 8);
        var before = Weights.Of(model);
        manual_seed(1);
        var next = rand(1).item<float>();
        manual_seed(1);
        FrequencyAblation.Of(model, dataset, All(dataset), [1, 2, 3]);
        MagnitudePruning.Of(model, dataset, All(dataset), [0.1, 1]);
        Assert.Equal(next, rand(1).item<float>());
        Assert.Equal(before, Weights.Of(model));
        Assert.All(model.parameters(), parameter => Assert.True(parameter.requires_grad && parameter.grad is null));
    }

    [Fact]
    public void What_cannot_be_taken_away_is_refused()
    {
        using var dataset = new EquationDataset(7, Operation.Add);
        using var two = new EquationDataset(2, Operation.Add);
        using var model = new GrokkingMlp(9, 8, 8);
        Assert.Contains("The frequency is 0;", Assert.Throws<ArgumentOutOfRangeException>(() => FrequencyAblation.Of(model, dataset, [0], [0])).Message);
        Assert.Contains("no equations", Assert.Throws<ArgumentException>(() => FrequencyAblation.Of(model, dataset, [], [1])).Message);
        Assert.Contains("The model has 9 tokens", Assert.Throws<ArgumentException>(() => FrequencyAblation.Of(model, two, [0], [1])).Message);
        using var small = new GrokkingMlp(4, 8, 8);
        Assert.Contains("The modulus is 2;", Assert.Throws<ArgumentOutOfRangeException>(() => FrequencyAblation.Of(small, two, [0], [1])).Message);
        Assert.Empty(FrequencyAblation.Of(model, dataset, [0], []));
    }

    private static long[] All(EquationDataset dataset) => [.. Enumerable.Range(0, dataset.Count).Select(i => (long)i)];
}
