using Grokking.Models;
using Grokking.Runs;
using Grokking.Sweeps;
using Grokking.Tests.Models;
using Grokking.Tests.Runtime;
using Grokking.Training;
using static TorchSharp.torch;

namespace Grokking.Tests.Training;

public sealed class OptimizerTests : IDisposable
{
    private static readonly OptimizerSettings Settings = new()
    {
        LearningRate = 0.02,
        WeightDecay = 0.3,
        Beta1 = 0.8,
        Beta2 = 0.95,
        HiddenLearningRateFactor = 0.5,
        HiddenWeightDecayFactor = 3,
    };

    private readonly TemporaryFolder _folder = new();
    private readonly Generator _generator = new(5);

    public static TheoryData<string> Names => [.. Optimizer.All.Select(optimizer => optimizer.Name)];

    public void Dispose()
    {
        _folder.Dispose();
        _generator.Dispose();
    }

    [Fact]
    public void The_hidden_matrix_has_its_own_rate_and_decay_as_a_parameter_group_of_its_own_has()
    {
        using var model = new GrokkingMlp(9, 8, 8);
        using var twin = (GrokkingMlp)model.Copy();
        var hidden = twin.HiddenMatrices.Values.Cast<TorchSharp.Modules.Parameter>().Single();
        using var own = new AdamW(model, Settings);
        using var others = optim.AdamW(
            twin.parameters().Where(parameter => parameter.Handle != hidden.Handle), Settings.LearningRate, Settings.Beta1, Settings.Beta2, Settings.Epsilon, Settings.WeightDecay);
        using var ofHidden = optim.AdamW([hidden], Settings.LearningRate * 0.5, Settings.Beta1, Settings.Beta2, Settings.Epsilon, Settings.WeightDecay * 3);
        for (var step = 0; step < 5; step++)
        {
            SetGradients(model, twin);
            own.Step();
            others.step();
            ofHidden.step();
        }

        Assert.Equal([8, 32], hidden.shape);
        foreach (var (expected, actual) in Weights.Of(twin).Zip(Weights.Of(model)))
        {
            Assert.Equal(expected, actual, 1e-6f);
        }
    }

    // Newton and Schulz' iteration works on each singular value as on a number.
    [Theory]
    [InlineData(8)]
    [InlineData(48)]
    public void Muon_steps_along_the_mean_gradient_with_its_singular_values_iterated(int units)
    {
        using var model = new GrokkingMlp(9, 8, units);
        using var twin = model.Copy();
        using var muon = new Muon(model, Settings);
        using var others = new AdamW(twin, Settings);
        var weight = model.HiddenMatrices.Values.Single();
        var expected = weight.detach().to(float64);
        var mean = zeros_like(expected);
        for (var step = 0; step < 3; step++)
        {
            SetGradients(model, twin);
            var gradient = weight.grad!.to(float64);
            mean = (0.95 * mean) + (0.05 * gradient);
            var (u, s, vh) = linalg.svd((0.05 * gradient) + (0.95 * mean), fullMatrices: false);
            var iterated = (s / (s.square().sum().sqrt() + 1e-7)).data<double>().Select(value =>
            {
                for (var i = 0; i < 5; i++)
                {
                    value = (3.4445 * value) - (4.775 * Math.Pow(value, 3)) + (2.0315 * Math.Pow(value, 5));
                }

                return value;
            }).ToArray();
            Assert.All(iterated, value => Assert.InRange(value, 0.5, 1.5));
            expected = (expected * (1 - (0.01 * 0.9))) - (0.01 * Math.Sqrt(Math.Max(1, units / 32.0)) * u.mm(diag(tensor(iterated))).mm(vh));
            muon.Step();
            others.Step();
        }

        Assert.Equal(0, (expected - weight.to(float64)).abs().max().item<double>(), 1e-5);
        foreach (var (name, parameter) in twin.State.Where(entry => !model.HiddenMatrices.ContainsKey(entry.Key)))
        {
            Assert.True(parameter.equal(model.State[name]).all().item<bool>(), name);
        }
    }

    [Fact]
    public void Grokfast_adds_the_weighted_sum_of_all_gradients_so_far()
    {
        using var model = new GrokkingMlp(9, 8, 8);
        var watched = new Watched(model);
        using var grokfast = new Grokfast(model, watched, new OptimizerSettings { GrokfastAlpha = 0.8, GrokfastLambda = 3 });
        List<double[]> gradients = [];
        for (var step = 1; step <= 4; step++)
        {
            SetGradients(model);
            gradients.Add(Gradients(model));
            grokfast.Step();
            foreach (var (place, actual) in watched.Seen.Index())
            {
                var mean = (Math.Pow(0.8, step) * gradients[0][place]) + (0.2 * gradients.Index().Sum(past => Math.Pow(0.8, step - 1 - past.Index) * past.Item[place]));
                Assert.Equal(gradients[^1][place] + (3 * mean), actual, 1e-5);
            }
        }
    }

    [Fact]
    public void OrthoGrad_leaves_the_gradients_length_and_takes_what_lies_along_the_weights()
    {
        using var model = new GrokkingMlp(9, 8, 8);
        var watched = new Watched(model);
        using var optimizer = new OrthoGrad(model, watched);
        using (no_grad())
        {
            model.parameters().Last().zero_();
        }

        SetGradients(model);
        var before = Gradients(model);
        optimizer.Step();
        var start = 0;
        foreach (var weights in model.parameters().Select(parameter => TensorValues.Of(parameter).Values.ToArray()))
        {
            var (whole, left) = (before[start..(start + weights.Length)], watched.Seen[start..(start + weights.Length)]);
            start += weights.Length;
            var along = Dot(whole, weights) / Math.Max(1e-30, weights.Sum(weight => (double)weight * weight));
            double[] across = [.. whole.Zip(weights, (gradient, weight) => gradient - (along * weight))];
            Assert.Equal(0, Dot(left, weights), 1e-4);
            var scale = Math.Sqrt(whole.Sum(value => value * value) / across.Sum(value => value * value));
            Assert.All(across.Zip(left), pair => Assert.Equal(scale * pair.First, pair.Second, 1e-5));
        }

        static double Dot(double[] one, float[] other) => one.Zip(other, (x, y) => x * y).Sum();
    }

    [Fact]
    public void StableMax_grows_like_x_and_falls_like_one_over_x()
    {
        using var logits = tensor(new double[,] { { 3, 0, -1, -4 } });
        using var labels = tensor([2L]);
        // Sizes 4, 1, 1/2, 1/5.
        Assert.Equal(-Math.Log(0.5 / 5.7), StableMax.Loss(logits, labels).item<double>(), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_named_optimizer_learns_with_either_loss_and_goes_on_from_a_file_to_the_same_bits(string name)
    {
        foreach (var loss in Loss.All)
        {
            var settings = new RunSettings
            {
                Modulus = 11,
                EmbeddingWidth = 8,
                HiddenWidth = 16,
                BatchSize = 32,
                Epochs = 6,
                Engine = EngineKind.Autograd,
                Loss = loss.Name,
                Optimizer = Settings with { Name = name },
            };
            using var whole = new TrainingRun(settings);
            whole.Train();
            Assert.True(whole.History[^1].TrainingLoss < whole.History[0].TrainingLoss);
            using (var first = new TrainingRun(settings with { Epochs = 3 }))
            {
                first.Train();
                (first.GetState() with { Settings = settings }).Save(_folder["run"]);
            }

            using var second = new TrainingRun(RunState.Load(_folder["run"]));
            second.Train();
            Assert.Equal(Weights.Of(whole.Model), Weights.Of(second.Model));
        }
    }

    [Theory]
    [InlineData("muon", "grokfast")]
    [InlineData("grokfast", "muon")]
    [InlineData("adamw", "muon")]
    [InlineData("grokfast", "adamw")]
    public void One_optimizers_state_is_not_anothers_and_leaves_it_as_it_was(string kept, string other)
    {
        using var model = new GrokkingMlp(9, 8, 8);
        using var from = Optimizer.Parse(kept).Create(model, Settings);
        using var to = Optimizer.Parse(other).Create(model, Settings);
        SetGradients(model);
        from.Step();
        SetGradients(model);
        to.Step();
        var before = to.State;
        Assert.StartsWith("The optimiser's state has ", Assert.Throws<ArgumentException>(() => to.State = from.State).Message);
        var after = to.State;
        Assert.Equal(before.Step, after.Step);
        Assert.All(before.Tensors, tensor => Assert.Equal(tensor.Value.Values.ToArray(), after.Tensors[tensor.Key].Values.ToArray()));
    }

    [Fact]
    public void The_fused_engine_says_what_it_does_not_do()
    {
        Assert.Equal(
            "The fused engine takes AdamW's steps, not those of 'muon'; the autograd engine takes them.",
            Refusal(new RunSettings { Optimizer = new() { Name = "muon" } }));
        Assert.Equal(
            "The fused engine gives all weights one learning rate and one decay; the autograd engine takes factors for the hidden ones.",
            Refusal(new RunSettings { Optimizer = new() { HiddenWeightDecayFactor = 2 } }));
        Assert.Equal(
            "The fused engine takes the roots of second moments below 1E-15 for zero, and the epsilon 1E-20 is less than that; the autograd engine takes any.",
            Refusal(new RunSettings { Optimizer = new() { Epsilon = 1e-20 } }));
        Assert.Equal(
            "The fused engine trains the model mlp, not transformer; the engine autograd trains any.",
            Refusal(new RunSettings { Model = "transformer" }));
        Assert.Equal(
            "The fused engine trains with cross-entropy, not stablemax; the engine autograd takes any loss.",
            Refusal(new RunSettings { Loss = "stablemax" }));

        static string Refusal(RunSettings settings)
        {
            var refused = Assert.Throws<ArgumentException>(() => new TrainingRun(settings)).Message;
            // A sweep says so before its first run, not in the midst of it.
            Assert.Equal(refused, Assert.Throws<ArgumentException>(() => new Sweep([new RunSettings(), settings])).Message);
            return refused;
        }
    }

    private static double[] Gradients(EquationModel model) =>
        [.. model.parameters().SelectMany(parameter => parameter.grad!.data<float>().ToArray()).Select(value => (double)value)];

    /// <summary>The same random gradients for every model.</summary>
    private void SetGradients(params EquationModel[] models)
    {
        for (var i = 0; i < models[0].parameters().Count(); i++)
        {
            var gradient = randn(models[0].parameters().ElementAt(i).shape, generator: _generator);
            foreach (var model in models)
            {
                model.parameters().ElementAt(i).grad = gradient.clone();
            }
        }
    }

    /// <summary>Takes no step, but keeps the gradients that it would have taken it along.</summary>
    private sealed class Watched(EquationModel model) : IOptimizer
    {
        public double[] Seen { get; private set; } = [];

        public double LearningRate { get; set; }

        public OptimizerStateDict State { get; set; } = new(0, new Dictionary<string, TensorValues>());

        public void Step() => Seen = Gradients(model);

        public void Dispose()
        {
        }
    }
}
