using Grokking.Analysis;
using Grokking.Charts;
using Grokking.Data;
using Grokking.Models;
using Grokking.Runs;
using Grokking.Tests.Models;
using Grokking.Tests.Runtime;
using Grokking.Training;
using static TorchSharp.torch;
using Figure = Grokking.Tests.Charts.Figure;

namespace Grokking.Tests.Seams;

/// <summary>A network, an optimiser, a loss and an operation that the library does not have do all that its own do.</summary>
public sealed class SeamTests : IDisposable
{
    private const int Epochs = 6;

    private readonly TemporaryFolder _folder = new();

    public enum Own
    {
        Nothing,
        Network,
        Optimizer,
        Loss,
        Operation,
        All,
    }

    public static TheoryData<Own> Parts => [.. Enum.GetValues<Own>()];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Parts))]
    public void It_learns_and_after_a_kill_goes_on_from_its_file_as_if_there_had_been_none(Own own)
    {
        using var whole = new OwnRun(own);
        whole.Trainer.Train(Epochs);
        Assert.True(whole.Trainer.History[^1].TrainingLoss < whole.Trainer.History[0].TrainingLoss);
        Assert.False(whole.Trainer.History.HasDiverged);

        for (var stop = 0; stop <= Epochs; stop++)
        {
            using (var killed = new OwnRun(own))
            {
                killed.Trainer.Train(stop);
                RunState.Of(killed.Engine, killed.Order, killed.Trainer.History, killed.Snapshots).Save(_folder["run"]);
                killed.Trainer.Train(stop + 1);
            }

            manual_seed(stop);
            using var other = new OwnRun(own);
            RunState.Load(_folder["run"]).Restore(other.Engine, other.Order, other.Trainer.History, other.Snapshots);
            other.Trainer.Train(Epochs);
            Assert.Equal(whole.Trainer.History.Select(WithoutSeconds), other.Trainer.History.Select(WithoutSeconds));
            Assert.Equal(Weights.Of(whole.Model), Weights.Of(other.Model));
            foreach (var (expected, actual) in whole.Snapshots.Zip(other.Snapshots, (one, two) => (one, two)))
            {
                Assert.Equal((expected.Epochs, expected.Speed), (actual.Epochs, actual.Speed));
                Assert.Equal(Weights.Of(expected.Model), Weights.Of(actual.Model));
            }
        }

        static EpochRecord WithoutSeconds(EpochRecord epoch) => epoch with { Seconds = 0 };
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void What_one_part_has_left_does_not_go_into_another(Own own)
    {
        using var run = new OwnRun(own);
        run.Trainer.Train(1);
        var state = RunState.Of(run.Engine, run.Order, run.Trainer.History);
        foreach (var another in Enum.GetValues<Own>().Where(another => Kept(another) != Kept(own)))
        {
            using var other = new OwnRun(another);
            var refused = Assert.Throws<ArgumentException>(() => state.Restore(other.Engine, other.Order, other.Trainer.History));
            Assert.DoesNotContain('\n', refused.Message);
        }

        // A loss leaves nothing behind that could tell.
        static (bool, bool, bool) Kept(Own own) =>
            (own is Own.Network or Own.All, own is Own.Optimizer or Own.All, own is Own.Operation or Own.All);
    }

    [Theory]
    [InlineData("net.safetensors")]
    [InlineData("net.pth")]
    public void A_checkpoint_of_ones_own_network_comes_back_bit_by_bit(string file)
    {
        using var run = new OwnRun(Own.Network);
        run.Trainer.Train(1);
        run.Model.Save(_folder[file]);
        using var other = run.Model.Fresh();
        Assert.NotEqual(Weights.Of(run.Model), Weights.Of(other));
        other.LoadWeights(_folder[file]);
        Assert.Equal(Weights.Of(run.Model), Weights.Of(other));
        Assert.Equal(
            Evaluation.Of(run.Model, run.Dataset, run.Split.Validation), Evaluation.Of(other, run.Dataset, run.Split.Validation));
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void Every_figure_of_the_library_draws_it(Own own)
    {
        using var run = new OwnRun(own);
        run.Trainer.Train(Epochs);
        var (model, dataset, history, snapshots) = (run.Model, run.Dataset, run.Trainer.History, run.Snapshots);
        var frequencies = FourierSpectrum.OfEmbedding(model, dataset.Modulus);
        var tokens = PrincipalComponents.Fit(model.EmbeddingWeight, 2).Scores;
        List<Plotly.NET.GenericChart> charts =
        [
            TrainingCharts.Loss(history),
            TrainingCharts.Accuracy(history),
            TrainingCharts.OutputLayerNorm(history),
            EmbeddingCharts.Circles(tokens, dataset.Vocabulary.Tokens, tokens, dataset.Vocabulary.Tokens),
            SpectrumCharts.Embedding(frequencies),
            SpectrumCharts.EmbeddingNeurons(frequencies),
            SpectrumCharts.Logits(GridSpectrum.OfLogits(model, dataset)),
            TrajectoryCharts.Weights(history, snapshots),
            AnimationCharts.Embedding(snapshots, EmbeddingPlane.OfPrincipalComponents(model, dataset.Modulus)),
            AnimationCharts.Embedding(snapshots, EmbeddingPlane.OfFrequency(model, dataset.Modulus, 1)),
            AnimationCharts.Table(snapshots, run.Split),
            CircuitCharts.Ablation(
                Evaluation.Of(model, dataset, run.Split.Validation), FrequencyAblation.Of(model, dataset, run.Split.Validation, [1, 2])),
            CircuitCharts.Pruning(MagnitudePruning.Of(model, dataset, run.Split.Validation, [0.01, 0.1])),
            WeightChart.Embedding(model),
        ];
        if (own is not (Own.Operation or Own.All))
        {
            var measures = snapshots.Select(kept => ProgressMeasures.Of(kept.Model, dataset, run.Split.Training, [1, 2])).ToArray();
            charts.Add(CircuitCharts.ProgressMeasures([.. snapshots.Select(kept => kept.Epochs)], measures, measures, measures));
        }

        Assert.All(charts, chart =>
        {
            var figure = new Figure(chart);
            Assert.NotEmpty(figure.Traces);
            Assert.DoesNotContain("NaN", figure.Json);
        });
        Assert.Equal(snapshots.Count, new Figure(charts[8]).Layout["frames"]!.AsArray().Count);
    }

    [Theory]
    [InlineData(Own.Network)]
    [InlineData(Own.All)]
    public void The_animation_of_the_answers_counts_what_the_network_has_right(Own own)
    {
        using var run = new OwnRun(own);
        run.Trainer.Train(Epochs);
        var frames = new Figure(AnimationCharts.Table(run.Snapshots, run.Split)).Layout["frames"]!.AsArray();
        foreach (var (frame, kept) in frames.Zip(run.Snapshots))
        {
            var answers = Convert.FromBase64String((string)frame!["data"]![0]!["z"]!["bdata"]!);
            var right = Evaluation.Of(kept.Model, run.Dataset, run.Split.Training).Accuracy * run.Split.Training.Length / 100;
            Assert.Equal(right, answers.Count(answer => answer == 3), 1e-6);
        }
    }

    [Fact]
    public void The_analyses_of_ones_own_network_are_arithmetic_on_its_weights()
    {
        using var run = new OwnRun(Own.Network);
        run.Trainer.Train(Epochs);
        var (model, dataset, p) = (run.Model, run.Dataset, run.Dataset.Modulus);
        var before = Weights.Of(model);
        var numbers = model.named_parameters().ToDictionary(entry => entry.name, entry => TensorValues.Of(entry.parameter).Values.ToArray());
        var (embedding, unembedding) = (numbers["W_E"], numbers["W_U"]);
        var statistics = WeightStatistics.Of(model);
        Assert.Equal(Norm(embedding), statistics.Embedding, 1e-9);
        Assert.Equal(Norm(unembedding), statistics.Output, 1e-9);
        Assert.Equal(Norm(numbers.Where(entry => entry.Key[0] != 'W').SelectMany(entry => entry.Value)), statistics.Hidden, 1e-9);
        Assert.Equal(Norm(numbers.SelectMany(entry => entry.Value)), statistics.Total, 1e-9);
        Assert.Equal(linalg.svdvals(model.UnembeddingWeight.to(float64))[0].item<double>(), statistics.OutputSpectralNorm, 1e-6);

        // Parseval: the powers are the squares of the numbers' rows.
        var rows = embedding[..(p * embedding.Length / model.VocabularySize)];
        Assert.Equal(Math.Pow(Norm(rows), 2), FourierSpectrum.OfEmbedding(model, p).Power.Sum(), 1e-6);
        using var logits = model.Logits(dataset, arange(dataset.Count, dtype: int64));
        Assert.Equal(logits.to(float64).square().sum().item<double>(), GridSpectrum.OfLogits(model, dataset).Power.Cast<double>().Sum(), 1e-2);

        // What is taken away here is taken away by hand there, in a network that runs in float32.
        var whole = Evaluation.Of(model, dataset, run.Split.Training);
        var measures = ProgressMeasures.Of(model, dataset, run.Split.Training, [1]);
        Assert.Equal(whole.Loss, measures.Full.Loss, 1e-5);
        Assert.NotEqual(measures.Full.Loss, measures.Restricted.Loss, 1e-3);
        Assert.Equal(whole.Loss, MagnitudePruning.Of(model, dataset, run.Split.Training, [0.0])[0].Pruned.Loss, 1e-5);
        using var byHand = model.Copy();
        using (no_grad())
        {
            foreach (var weight in byHand.parameters())
            {
                weight.masked_fill_(weight.abs().lt(0.2), 0);
            }
        }

        Assert.NotEqual(whole.Loss, Evaluation.Of(byHand, dataset, run.Split.Training).Loss, 1e-3);
        Assert.Equal(
            Evaluation.Of(byHand, dataset, run.Split.Training).Loss,
            MagnitudePruning.Of(model, dataset, run.Split.Training, [0.2])[0].Pruned.Loss, 1e-5);

        using var without = model.Copy();
        using (no_grad())
        {
            var columns = without.EmbeddingWeight[..p];
            var angles = arange(p, dtype: float32) * (float)(2 * Math.PI * 2 / p);
            foreach (var wave in new[] { angles.cos(), angles.sin() })
            {
                columns.sub_(wave.outer(wave.unsqueeze(0).mm(columns).squeeze(0)) * (2.0f / p));
            }
        }

        Assert.NotEqual(whole.Loss, Evaluation.Of(without, dataset, run.Split.Training).Loss, 1e-3);
        Assert.Equal(
            Evaluation.Of(without, dataset, run.Split.Training).Loss,
            FrequencyAblation.Of(model, dataset, run.Split.Training, [2])[0].Without.Loss, 1e-5);
        Assert.Equal(before, Weights.Of(model));

        static double Norm(IEnumerable<float> values) => Math.Sqrt(values.Sum(value => (double)value * value));
    }

    [Fact]
    public void A_waves_measure_is_refused_where_the_operation_is_no_sum()
    {
        using var run = new OwnRun(Own.Operation);
        Assert.Contains("the operation is a max b", Assert.Throws<ArgumentException>(
            () => ProgressMeasures.Of(run.Model, run.Dataset, run.Split.Training, [1])).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("=")]
    [InlineData("12")]
    [InlineData("a b")]
    public void A_symbol_that_is_another_token_is_refused(string symbol)
    {
        Assert.Equal(
            $"An operation's symbol is '{symbol}'; it has to be one word, no number and not '=', such as '+'.",
            Assert.Throws<ArgumentException>(() => new Operation(symbol, (a, _, _) => a)).Message);
    }

    [Fact]
    public void A_file_that_could_not_be_read_again_is_not_written()
    {
        var settings = new RunSettings { Operation = OwnRun.Max, Modulus = 11, Epochs = 1, EmbeddingWidth = 8, HiddenWidth = 8, Engine = EngineKind.Autograd };
        using var run = new TrainingRun(settings);
        run.Train();
        var refused = Assert.Throws<ArgumentException>(() => run.GetState().Save(_folder["run"]));
        Assert.Equal("A file can't name the operation 'max': it is none of Operation.All, where a line makes it one.", refused.Message);
        Assert.Throws<ArgumentException>(() => new Grokking.Sweeps.Sweep([settings], _folder["sweep.jsonl"]));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        (run.GetState() with { Settings = null }).Save(_folder["run"]);
        Assert.Single(RunState.Load(_folder["run"]).History);
        Assert.Single(new Grokking.Sweeps.Sweep([settings]).Run());
    }

    [Fact]
    public void A_line_of_a_list_is_all_that_a_name_takes()
    {
        var network = OwnRun.Network;
        using var one = network.FromSeed(3, 13, new NetworkWidths(8, 16));
        using var same = network.FromSeed(3, 13, new NetworkWidths(8, 16));
        using var other = network.FromSeed(4, 13, new NetworkWidths(8, 16));
        Assert.Equal(Weights.Of(one), Weights.Of(same));
        Assert.NotEqual(Weights.Of(one), Weights.Of(other));
        using var recognised = network.OfShapes(one.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.shape));
        Assert.IsType<TwoLayerNetwork>(recognised);
        Assert.Equal(one.state_dict().Select(entry => entry.Value.shape), recognised.state_dict().Select(entry => entry.Value.shape));
        using var mlp = new GrokkingMlp(13, 8, 16);
        Assert.Null(network.OfShapes(mlp.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.shape)));
    }
}
