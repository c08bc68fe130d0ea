using Grokking.Models;
using Grokking.Tests.Models;
using Grokking.Training;
using static TorchSharp.torch;

namespace Grokking.Tests.Training;

public sealed class AutogradEngineTests
{
    // After one step both bias corrections cancel the betas; after five they don't.
    [Fact]
    public void Five_steps_are_AdamW_on_finite_differences()
    {
        using var run = new SmallRun();
        long[] batch = [3, 17, 40];
        var settings = new OptimizerSettings { LearningRate = 0.05, Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-3, WeightDecay = 0.3 };
        using var engine = new AutogradEngine(run.Model, run.Dataset, settings);
        var weights = run.Model.OutputLayer.weight!;
        int[] columns = [0, 3, 7];
        var (means, squares) = (new double[columns.Length], new double[columns.Length]);
        for (var step = 1; step <= 5; step++)
        {
            var expected = new double[columns.Length];
            foreach (var (i, column) in columns.Index())
            {
                // Loshchilov and Hutter (2019), algorithm 2, in float64.
                var gradient = Gradient(weights, row: 2, column, () => engine.EvaluateBatch(batch).Loss);
                means[i] = (settings.Beta1 * means[i]) + ((1 - settings.Beta1) * gradient);
                squares[i] = (settings.Beta2 * squares[i]) + ((1 - settings.Beta2) * gradient * gradient);
                var update = means[i] / (1 - Math.Pow(settings.Beta1, step)) / (Math.Sqrt(squares[i] / (1 - Math.Pow(settings.Beta2, step))) + settings.Epsilon);
                expected[i] = (weights[2, column].item<float>() * (1 - (settings.LearningRate * settings.WeightDecay))) - (settings.LearningRate * update);
            }

            var loss = engine.EvaluateBatch(batch);
            Assert.Equal(loss, engine.TrainBatch(batch));
            Assert.All(columns.Index(), column => Assert.Equal(expected[column.Index], weights[2, column.Item].item<float>(), 2e-4));
        }
    }

    [Fact]
    public void The_schedule_the_loss_and_what_comes_before_the_step_are_the_callers()
    {
        using var run = new SmallRun();
        using var twin = new SmallRun();
        var settings = new OptimizerSettings { LearningRate = 0.02, WarmupSteps = 4 };
        List<double> norms = [];
        using var engine = new AutogradEngine(run.Model, run.Dataset, settings) { BeforeStep = model => norms.Add(model.parameters().First().grad!.norm().item<float>()) };
        for (var step = 1; step <= 5; step++)
        {
            // The schedule by hand: an optimiser whose rate is set before each step.
            using var byHand = new AdamW(twin.Model, settings);
            byHand.State = engine.OptimizerStateDict;
            byHand.LearningRate = 0.02 * Math.Min(1, step / 4.0);
            twin.Model.zero_grad();
            var indices = tensor((long[])[1, 2, 3]);
            nn.functional.cross_entropy(twin.Model.Logits(twin.Dataset, indices).to(float64), twin.Dataset.Labels.index_select(0, indices)).backward();
            byHand.Step();
            engine.TrainBatch([1, 2, 3]);
            Assert.Equal(Weights.Of(twin.Model), Weights.Of(run.Model));
        }

        Assert.Equal(5, norms.Count);
        Assert.All(norms, norm => Assert.True(norm > 0));
        using var doubled = new AutogradEngine(run.Model, run.Dataset, settings) { Loss = (logits, labels) => 2 * nn.functional.cross_entropy(logits, labels) };
        Assert.Equal(2 * engine.EvaluateBatch([1, 2]).Loss, doubled.EvaluateBatch([1, 2]).Loss, 1e-12);
    }

    [Fact]
    public void Evaluating_moves_nothing_and_each_step_forgets_the_last_gradient()
    {
        using var run = new SmallRun();
        using var twin = new SmallRun();
        var before = Weights.Of(run.Model);
        var evaluated = run.Engine.EvaluateBatch([1, 2, 3]);
        Assert.Equal(before, Weights.Of(run.Model));

        Assert.Equal(evaluated, run.Engine.TrainBatch([1, 2, 3]));
        twin.Engine.TrainBatch([1, 2, 3]);
        run.Engine.EvaluateBatch([4, 5]);
        Assert.Equal(twin.Engine.TrainBatch([4, 5]), run.Engine.TrainBatch([4, 5]));
        Assert.Equal(Weights.Of(twin.Model), Weights.Of(run.Model));
    }

    [Fact]
    public void A_loaded_network_trains_as_the_saved_one_would_have()
    {
        using var folder = new Runtime.TemporaryFolder();
        using var run = new SmallRun();
        run.Model.Save(folder["net.pth"]);
        using var loaded = EquationModel.Load(folder["net.pth"]);
        using var engine = new AutogradEngine(loaded, run.Dataset, new OptimizerSettings { LearningRate = 1e-2 });
        for (var step = 0; step < 3; step++)
        {
            Assert.Equal(run.Engine.TrainBatch([1, 2, 3]), engine.TrainBatch([1, 2, 3]));
        }

        Assert.Equal(Weights.Of(run.Model), Weights.Of(loaded));
    }

    [Fact]
    public void Steps_keep_no_tensors()
    {
        using var run = new SmallRun();
        run.Trainer.Train(2);
        // Nothing that an earlier test left to the garbage collector may go meanwhile.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        run.Trainer.Train(12);
        Assert.InRange(Tensor.TotalCount, 0, before);
    }

    /// <summary>A loss's slope along one weight, by a central difference; the weight stays as it is.</summary>
    private static double Gradient(Tensor weights, int row, int column, Func<double> loss)
    {
        const float step = 1e-2f;
        var value = weights[row, column].item<float>();
        var (above, below) = (At(value + step), At(value - step));
        At(value);
        return (above - below) / (2 * step);

        double At(float entry)
        {
            using (no_grad())
            {
                weights[row, column] = tensor(entry);
            }

            return loss();
        }
    }
}
