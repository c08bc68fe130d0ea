using System.Text.Json;
using Grokking.Analysis;
using Grokking.Charts;
using Grokking.Data;
using Grokking.Models;
using Grokking.Runs;
using Grokking.Tests.Runtime;
using Grokking.Training;
using TorchSharp;
using static TorchSharp.torch;
using Figure = Grokking.Tests.Charts.Figure;

namespace Grokking.Tests.Models;

/// <summary>The papers' transformers beside those that <c>Reference/transformers.py</c> wrote down in PyTorch, all positions of all layers.</summary>
public sealed class TransformerTests : IDisposable
{
    private static readonly JsonElement Record =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Reference", "transformers.json"))).RootElement;

    private static readonly long[] Equations = [.. Record.GetProperty("equations").EnumerateArray().Select(equation => equation.GetInt64())];

    private readonly EquationDataset _dataset = new(Record.GetProperty("modulus").GetInt32(), Operation.Add);
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string> Names => ["transformer", "transformer-1l"];

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
        _dataset.Dispose();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Logits_loss_gradients_and_a_step_of_AdamW_are_PyTorchs(string name)
    {
        using var model = Recorded(name);
        AssertNear(Numbers(name, "logits"), model.Logits(_dataset, tensor(Equations)));

        using var engine = new AutogradEngine(model, _dataset, new OptimizerSettings { LearningRate = 1e-3, Beta1 = 0.9, Beta2 = 0.98, WeightDecay = 1 });
        Assert.Equal(Record.GetProperty(name).GetProperty("loss").GetDouble(), engine.TrainBatch(Equations).Loss, 1e-5);
        foreach (var (parameter, weight) in model.named_parameters())
        {
            AssertNear(Numbers(name, "gradients", parameter), weight.grad!);
            AssertNear(Numbers(name, "after_a_step", parameter), weight);
        }
    }

    [Fact]
    public void The_first_layer_looks_at_no_later_token()
    {
        using var model = Recorded("transformer");
        var logits = TensorValues.Of(model.Logits(_dataset, tensor(Equations))).Values.ToArray();
        Assert.Contains(logits.Zip(Numbers("transformer", "logits_without_mask")), pair => Math.Abs(pair.First - pair.Second) > 0.1);
    }

    [Fact]
    public void Attention_neurons_and_their_map_to_the_logits_are_PyTorchs()
    {
        using var model = (OneLayerTransformer)Recorded("transformer-1l");
        var tokens = model.TokensOf(_dataset, tensor(Equations));
        var pattern = model.AttentionPattern(tokens);
        Assert.Equal([Equations.Length, 4, 3], pattern.shape);
        AssertNear(Numbers("transformer-1l", "pattern"), pattern);
        AssertNear(Numbers("transformer-1l", "neurons"), model.Hidden(tokens));
        AssertNear(Numbers("transformer-1l", "map"), model.NeuronLogitMap());
    }

    [Theory]
    [InlineData("transformer", 394_240)]
    [InlineData("transformer-1l", (4 * 128 * 128) + (2 * 512 * 128) + 512 + 128 + (3 * 128))]
    public void It_is_as_large_as_the_papers(string name, int withoutEmbeddings)
    {
        using var model = Network.Parse(name).FromSeed(0, 99, new NetworkWidths(128, 512));
        Assert.Equal(withoutEmbeddings + (2 * 99 * 128), model.ParameterCount);
    }

    [Fact]
    public void Muon_leaves_the_learned_positions_to_AdamW()
    {
        using var model = Recorded("transformer-1l");
        Assert.Equal(
            ["attention.key.weight", "attention.output.weight", "attention.query.weight", "attention.value.weight", "in.weight", "out.weight"],
            model.HiddenMatrices.Keys.Order());
    }

    [Fact]
    public void The_one_layer_networks_first_weights_are_as_large_as_in_the_authors_code()
    {
        using var model = Network.Parse("transformer-1l").FromSeed(0, 113, new NetworkWidths(128, 512));
        foreach (var (name, weight) in model.named_parameters().Where(entry => !entry.name.EndsWith("bias", StringComparison.Ordinal)))
        {
            var expected = 1 / Math.Sqrt(name == "unembedding.weight" ? 113 : 128);
            Assert.Equal(1, weight.detach().std().item<float>() / expected, 0.1);
            Assert.Equal(0, weight.detach().mean().item<float>() / expected, 0.2);
        }

        Assert.All(model.named_parameters().Where(entry => entry.name.EndsWith("bias", StringComparison.Ordinal)), bias => Assert.Equal(0, bias.parameter.abs().sum().item<float>()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_checkpoint_is_recognised_by_its_shapes(string name)
    {
        using var model = Recorded(name);
        foreach (var file in new[] { _folder["net.safetensors"], _folder["net.pth"] })
        {
            model.Save(file);
            using var loaded = EquationModel.Load(file);
            Assert.IsType(model.GetType(), loaded);
            Assert.Equal(Weights.Of(model), Weights.Of(loaded));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_run_that_was_kept_goes_on_to_the_same_bits(string name)
    {
        var settings = Small(name);
        using var whole = new TrainingRun(settings);
        whole.Train();
        using (var stopped = new TrainingRun(settings with { Epochs = 3 }))
        {
            stopped.Train();
            (stopped.GetState() with { Settings = settings }).Save(_folder["run"]);
        }

        using var other = new TrainingRun(RunState.Load(_folder["run"]));
        other.Train();
        Assert.Equal(Weights.Of(whole.Model), Weights.Of(other.Model));
        Assert.Equal(whole.History.Select(epoch => epoch with { Seconds = 0 }), other.History.Select(epoch => epoch with { Seconds = 0 }));
        Assert.True(whole.History[^1].TrainingLoss < whole.History[0].TrainingLoss);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_analysis_takes_it(string name)
    {
        using var run = new TrainingRun(Small(name));
        var (model, dataset, split) = (run.Model, run.Dataset, run.Split);
        var snapshots = new WeightSnapshots(model, SnapshotSchedule.At(0));
        run.Train();
        Assert.Equal(1, PrincipalComponents.Fit(model.EmbeddingWeight, 8).ExplainedVarianceRatio.Sum(), 1e-9);
        var rows = TensorValues.Of(model.EmbeddingWeight).Values[..(11 * 8)].ToArray();
        Assert.Equal(rows.Sum(row => (double)row * row), FourierSpectrum.OfEmbedding(model, 11).Power.Sum(), 1e-6);
        var logits = model.Logits(dataset, arange(dataset.Count, dtype: int64)).to(float64);
        Assert.Equal(logits.square().sum().item<double>(), GridSpectrum.OfLogits(model, dataset).Power.Cast<double>().Sum(), 0.1);
        Assert.Equal(Evaluation.Of(model, dataset, split.Training).Loss, ProgressMeasures.Of(model, dataset, split.Training, [1, 2]).Full.Loss, 1e-5);
        Assert.Equal(2, FrequencyAblation.Of(model, dataset, split.Validation, [1, 2]).Count);
        Assert.Equal(0, MagnitudePruning.Of(model, dataset, split.Validation, [0.0])[0].SharePruned, 1e-9);
        Assert.Equal(Weights.Of(model).Sum(weight => (double)weight * weight), Math.Pow(WeightStatistics.Of(model).Total, 2), 1e-3);
        Assert.Single(new Figure(AnimationCharts.Embedding(snapshots, EmbeddingPlane.OfPrincipalComponents(model, 11))).Layout["frames"]!.AsArray());
    }

    [Theory]
    [InlineData("transformer", "[2, 3]; it has to be [n, 4] token ids.", 3)]
    [InlineData("transformer-1l", "[2, 4]; it has to be [n, 3] token ids.", 4)]
    public void An_input_of_another_shape_is_refused(string name, string sentence, int tokens)
    {
        using var model = Recorded(name);
        Assert.EndsWith(sentence, Assert.Throws<ArgumentException>(() => model.forward(zeros(2, tokens, int64))).Message);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_width_that_does_not_go_into_the_heads_is_refused(string name)
    {
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => Network.Parse(name).FromSeed(0, 13, new NetworkWidths(10, 12)));
        Assert.Equal("The embedding's width is 10; in a transformer of 4 heads it has to be a multiple of 4, such as 128.", refused.Message);
    }

    private static RunSettings Small(string name) =>
        RunSettings.Preset("fast", name) with { Modulus = 11, EmbeddingWidth = 8, HiddenWidth = 12, BatchSize = 32, TrainingFraction = 0.8, Epochs = 6 };

    private static double[] Numbers(string name, params string[] path) =>
        [.. path.Aggregate(Record.GetProperty(name), (element, key) => element.GetProperty(key)).EnumerateArray().Select(number => number.GetDouble())];

    private static void AssertNear(double[] expected, Tensor actual)
    {
        var values = TensorValues.Of(actual).Values.ToArray();
        Assert.Equal(expected.Length, values.Length);
        Assert.All(expected.Zip(values), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    private EquationModel Recorded(string name)
    {
        var model = Network.Parse(name).FromSeed(0, _dataset.Vocabulary.Count, new NetworkWidths(Record.GetProperty("width").GetInt32(), Record.GetProperty("hidden").GetInt32()));
        using var withoutGradients = no_grad();
        foreach (var (parameter, weight) in model.named_parameters())
        {
            weight.copy_(tensor(Numbers(name, "weights", parameter)).view(weight.shape));
        }

        Assert.Equal(Record.GetProperty(name).GetProperty("weights").EnumerateObject().Count(), model.parameters().Count());
        return model;
    }
}
