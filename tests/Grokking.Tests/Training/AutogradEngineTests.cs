using Grokking.Models;
using Grokking.Tests.Models;
using Grokking.Training;
using static TorchSharp.torch;

namespace Grokking.Tests.Training;

public sealed class AutogradEngineTests
{
    [Fact]
    public void One_step_is_AdamW_on_finite_differences()
    {
        using var run = new SmallRun();
        long[] batch = [3, 17, 40];
        var options = new TrainingOptions { LearningRate = 0.1, Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-3, WeightDecay = 0.3 };
        using var engine = new AutogradEngine(run.Model, run.Dataset, options);
        var weights = run.Model.OutputLayer.weight!;
        int[] columns = [0, 3, 7];
        var expected = columns.Select(column => Stepped(weights, row: 2, column, options, () => engine.EvaluateBatch(batch).Loss)).ToList();
        var loss = engine.EvaluateBatch(batch);
        Assert.Equal(loss, engine.TrainBatch(batch));
        foreach (var (column, value) in columns.Zip(expected))
        {
            Assert.Equal(value, weights[2, column].item<float>(), 1e-3);
        }
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
        using var loaded = GrokkingMlp.Load(folder["net.pth"]);
        using var engine = new AutogradEngine(loaded, run.Dataset, new TrainingOptions { LearningRate = 1e-2 });
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

    /// <summary>The first AdamW step of one weight (Loshchilov and Hutter, 2019), its gradient by a central difference.</summary>
    private static double Stepped(Tensor weights, int row, int column, TrainingOptions options, Func<double> loss)
    {
        const float step = 1e-2f;
        var value = weights[row, column].item<float>();
        var above = At(value + step);
        var below = At(value - step);
        At(value);
        var gradient = (above - below) / (2 * step);
        // After one step both bias corrections leave the gradient and its square themselves.
        return (value * (1 - (options.LearningRate * options.WeightDecay))) - (options.LearningRate * gradient / (Math.Abs(gradient) + options.Epsilon));

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
