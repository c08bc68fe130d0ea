using Grokking.Analysis;
using Grokking.Data;
using Grokking.Models;
using Grokking.Tests.Models;
using Grokking.Training;
using static TorchSharp.torch;

namespace Grokking.Tests.Analysis;

public sealed class ProgressMeasuresTests
{
    [Theory]
    [InlineData("+")]
    [InlineData("-")]
    public void Logits_made_of_the_key_frequencies_lose_nothing_when_restricted_and_all_when_excluded(string operation)
    {
        int[] frequencies = [3, 17, 40];
        using var dataset = new EquationDataset(97, Operation.Parse(operation));
        using var logits = CircuitNetwork.Logits(dataset, frequencies);
        var split = Split(dataset);
        foreach (var side in new[] { split.Training.ToArray(), split.Validation.ToArray() })
        {
            var measures = ProgressMeasures.Of(logits, dataset, side, frequencies);
            Assert.Equal(CircuitNetwork.Loss(97, frequencies), measures.Full.Loss, 1e-9);
            Assert.Equal(measures.Full.Loss, measures.Restricted.Loss, 1e-9);
            Assert.Equal((100, 100), (measures.Full.Accuracy, measures.Restricted.Accuracy));
            Assert.Equal(Math.Log(97), measures.Excluded.Loss, 1e-9);
        }
    }

    [Theory]
    [InlineData("+", 1)]
    [InlineData("-", -1)]
    public void So_does_a_network_that_is_written_down(string operation, int sign)
    {
        int[] frequencies = [4, 9, 23];
        using var dataset = new EquationDataset(53, Operation.Parse(operation));
        using var model = CircuitNetwork.Of(dataset, frequencies, sign: sign);
        var all = All(dataset);
        var measures = ProgressMeasures.Of(model, dataset, all, FourierSpectrum.OfEmbedding(model, 53).KeyFrequencies);
        Assert.Equal(100, measures.Full.Accuracy);
        Assert.Equal(Evaluation.Of(model, dataset, all).Loss, measures.Full.Loss, 1e-5);
        Assert.Equal(1, measures.Full.Loss / CircuitNetwork.Loss(53, frequencies), 0.05);
        Assert.Equal(1, measures.Restricted.Loss / CircuitNetwork.Loss(53, frequencies), 0.05);
        Assert.Equal(Math.Log(53), measures.Excluded.Loss, 0.02);
        Assert.InRange(measures.Excluded.Accuracy, 0, 20);
    }

    [Fact]
    public void Restricted_to_some_of_its_frequencies_a_network_has_only_those_and_excluded_the_others()
    {
        using var dataset = new EquationDataset(31, Operation.Add);
        using var logits = CircuitNetwork.Logits(dataset, [2, 5, 11]);
        var measures = ProgressMeasures.Of(logits, dataset, All(dataset), [11, 2]);
        Assert.Equal(CircuitNetwork.Loss(31, [2, 11]), measures.Restricted.Loss, 1e-9);
        Assert.Equal(CircuitNetwork.Loss(31, [5]), measures.Excluded.Loss, 1e-9);
    }

    [Fact]
    public void A_network_that_remembers_keeps_its_answers_when_a_few_frequencies_are_excluded()
    {
        using var dataset = new EquationDataset(31, Operation.Add);
        var split = Split(dataset);
        // Large at the label of each training equation, noise at the others.
        using var logits = randn([dataset.Count, 31], float64, generator: new Generator(1));
        foreach (var equation in split.Training)
        {
            logits[equation, dataset.LabelOf(equation)] += 20;
        }

        // A tenth of the directions that the answers vary in.
        var measures = ProgressMeasures.Of(logits, dataset, split.Training, [4]);
        Assert.InRange(measures.Full.Loss, 0, 1e-4);
        Assert.Equal(100, measures.Excluded.Accuracy);
        Assert.InRange(measures.Restricted.Loss, 1, 10);
        Assert.InRange(ProgressMeasures.Of(logits, dataset, split.Validation, [4]).Full.Loss, 3, 10);
    }

    // Fitted over all equations, the table was right about all of the held-back ones.
    [Fact]
    public void A_lookup_table_is_no_better_than_chance_on_what_it_has_not_seen()
    {
        using var dataset = new EquationDataset(97, Operation.Add);
        var split = Split(dataset);
        using var logits = randn([dataset.Count, 97], float64, generator: new Generator(4));
        using var training = tensor(split.Training.ToArray());
        logits.index_put_(20, training, dataset.Labels.index_select(0, training));

        foreach (var frequencies in new int[][] { [1, 5, 11, 17, 23, 28, 32, 40, 47], [.. Enumerable.Range(1, 48)] })
        {
            // Chance is 1.03%; of 1,881 equations its standard deviation is 0.23.
            var restricted = ProgressMeasures.Of(logits, dataset, split.Validation, frequencies).Restricted;
            Assert.InRange(restricted.Accuracy, 0, 2.2);
            Assert.InRange(restricted.Loss, Math.Log(97), 6);
        }
    }

    [Fact]
    public void The_waves_are_those_of_every_table_of_sums_taken_one_by_one()
    {
        const int p = 7;
        using var dataset = new EquationDataset(p, Operation.Add);
        using var logits = randn([49, 9], float64, generator: new Generator(2)) + 3;
        int[] frequencies = [3, 1];
        var (restricted, excluded) = (new double[49, 9], new double[49, 9]);
        for (var output = 0; output < 9; output++)
        {
            var mean = Enumerable.Range(0, 49).Average(i => logits[i, output].item<double>());
            for (var equation = 0; equation < 49; equation++)
            {
                // The projection on cos and sin of w(a + b) is 2/p² times the sum over all a', b' of cos(w(a + b - a' - b')).
                var keys = frequencies.Sum(k => Enumerable.Range(0, 49).Sum(other =>
                    Math.Cos(2 * Math.PI * k * ((equation / p) + (equation % p) - (other / p) - (other % p)) / p) * logits[other, output].item<double>() * 2 / 49));
                restricted[equation, output] = mean + keys;
                excluded[equation, output] = logits[equation, output].item<double>() - keys;
            }
        }

        var measures = ProgressMeasures.Of(logits, dataset, All(dataset), frequencies);
        Assert.Equal(CrossEntropy(logits, dataset), measures.Full.Loss, 1e-12);
        Assert.Equal(CrossEntropy(tensor(restricted), dataset), measures.Restricted.Loss, 1e-12);
        Assert.Equal(CrossEntropy(tensor(excluded), dataset), measures.Excluded.Loss, 1e-12);
    }

    [Fact]
    public void With_no_frequencies_the_restricted_network_has_its_means_and_the_excluded_everything()
    {
        using var dataset = new EquationDataset(7, Operation.Add);
        using var logits = randn([49, 9], float64, generator: new Generator(3));
        var measures = ProgressMeasures.Of(logits, dataset, All(dataset), []);
        Assert.Equal(CrossEntropy(logits.mean([0], keepdim: true).expand(49, 9), dataset), measures.Restricted.Loss, 1e-12);
        Assert.Equal(measures.Full, measures.Excluded);
    }

    [Fact]
    public void Full_is_what_evaluation_says_of_each_side()
    {
        using var dataset = new EquationDataset(31, Operation.Add);
        using var model = new GrokkingMlp(33, 8, 8);
        var split = Split(dataset);
        var before = Weights.Of(model);
        foreach (var side in new[] { split.Training.ToArray(), split.Validation.ToArray() })
        {
            var (expected, actual) = (Evaluation.Of(model, dataset, side), ProgressMeasures.Of(model, dataset, side, [1]).Full);
            Assert.Equal(expected.Loss, actual.Loss, 1e-5);
            Assert.Equal(expected.Accuracy, actual.Accuracy);
        }

        Assert.Equal(before, Weights.Of(model));
    }

    [Fact]
    public void What_has_no_such_measures_is_refused()
    {
        using var sums = new EquationDataset(7, Operation.Add);
        using var products = new EquationDataset(7, Operation.Parse("*"));
        using var logits = zeros(49, 9);
        using var model = new GrokkingMlp(8, 3, 3);
        Assert.Contains(
            "The restricted and the excluded loss are of the waves of a + b or a - b, and the operation is a * b.",
            Assert.Throws<ArgumentException>(() => ProgressMeasures.Of(logits, products, [0], [1])).Message);
        Assert.Contains("no equations", Assert.Throws<ArgumentException>(() => ProgressMeasures.Of(logits, sums, [], [1])).Message);
        Assert.Contains(
            "The logits have shape [48, 9]; it has to be [49, 7 or more].",
            Assert.Throws<ArgumentException>(() => ProgressMeasures.Of(logits[..48], sums, [0], [1])).Message);
        Assert.Contains("The frequency is 4; modulo 7", Assert.Throws<ArgumentOutOfRangeException>(() => ProgressMeasures.Of(logits, sums, [0], [4])).Message);
        Assert.Contains("The model has 8 tokens", Assert.Throws<ArgumentException>(() => ProgressMeasures.Of(model, sums, [0], [1])).Message);
        using var two = new EquationDataset(2, Operation.Add);
        Assert.Contains("The modulus is 2;", Assert.Throws<ArgumentOutOfRangeException>(() => ProgressMeasures.Of(zeros(4, 4), two, [0], [])).Message);
    }

    private static DatasetSplit Split(EquationDataset dataset) => DatasetSplit.ByFraction(dataset, 0.8, new Generator(21));

    private static long[] All(EquationDataset dataset) => [.. Enumerable.Range(0, dataset.Count).Select(i => (long)i)];

    private static double CrossEntropy(Tensor logits, EquationDataset dataset) => All(dataset).Average(equation =>
    {
        var values = logits[equation].contiguous().data<double>().ToArray();
        return Math.Log(values.Sum(Math.Exp)) - values[dataset.LabelOf(equation)];
    });
}
