using Grokking.Tests.Models;
using Grokking.Training;
using static TorchSharp.torch;

namespace Grokking.Tests.Training;

public sealed class TrainerTests
{
    [Fact]
    public void An_epoch_is_one_pass_over_both_sides_in_the_orders_batches()
    {
        using var run = new SmallRun();
        using var same = new SmallRun();
        var history = run.Trainer.Train(3);
        Assert.Equal(3, history.Count);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            Assert.Equal(same.Order.Training, run.Engine.TrainingBatches.Skip(6 * epoch).Take(6));
            Assert.Equal(same.Order.Validation, run.Engine.ValidationBatches.Skip(2 * epoch).Take(2));
            Assert.Equal(epoch, history[epoch].Epoch);
            Assert.Equal(6 * (epoch + 1), history[epoch].Step);
        }

        Assert.Equal((18, 6), (run.Engine.TrainingBatches.Count, run.Engine.ValidationBatches.Count));
        Assert.Equal([7, 7, 7, 7, 7, 5], run.Engine.TrainingBatches.Take(6).Select(batch => batch.Length));
    }

    [Fact]
    public void The_record_of_an_epoch_is_plain_arithmetic_on_its_batches()
    {
        using var run = new SmallRun();
        using var same = new SmallRun();
        var epoch = run.Trainer.Train(1)[0];

        var training = same.Order.Training.Select(batch => same.Engine.TrainBatch(batch)).ToList();
        var validation = same.Order.Validation.Select(batch => same.Engine.EvaluateBatch(batch)).ToList();
        Assert.Equal(training.Average(batch => batch.Loss), epoch.TrainingLoss, 1e-12);
        Assert.Equal(100.0 * training.Sum(batch => batch.Correct) / 40, epoch.TrainingAccuracy, 1e-12);
        Assert.Equal(validation.Average(batch => batch.Loss), epoch.ValidationLoss, 1e-12);
        Assert.Equal(100.0 * validation.Sum(batch => batch.Correct) / 9, epoch.ValidationAccuracy, 1e-12);
        Assert.Equal(linalg.norm(run.Model.OutputLayer.weight!.detach(), 2).item<float>(), epoch.OutputLayerNorm, 1e-5);
    }

    [Theory]
    [InlineData(1, 40, 9)]
    [InlineData(10, 4, 1)]
    [InlineData(40, 1, 1)]
    [InlineData(39, 2, 1)]
    [InlineData(1000, 1, 1)]
    [InlineData(int.MaxValue, 1, 1)]
    public void Any_batch_size_serves_every_equation(int batchSize, int training, int validation)
    {
        using var run = new SmallRun(batchSize);
        var epoch = run.Trainer.Train(2)[1];
        Assert.Equal((2 * training, 2 * validation), (run.Engine.TrainingBatches.Count, run.Engine.ValidationBatches.Count));
        Assert.Equal(2 * training, epoch.Step);
        Assert.Equal(2 * 40, run.Engine.TrainingBatches.Sum(batch => batch.Length));
        Assert.True(double.IsFinite(epoch.TrainingLoss) && double.IsFinite(epoch.ValidationLoss));
        Assert.InRange(epoch.TrainingAccuracy, 0, 100);
    }

    [Fact]
    public void Training_learns_the_training_equations()
    {
        using var run = new SmallRun();
        var history = run.Trainer.Train(200);
        Assert.InRange(history[0].TrainingAccuracy, 0, 50);
        Assert.InRange(history[^1].TrainingAccuracy, 90, 100);
        Assert.InRange(history[^1].TrainingLoss, 0, history[0].TrainingLoss / 4);
    }

    [Fact]
    public void One_seed_gives_one_run()
    {
        using var run = new SmallRun();
        using var again = new SmallRun();
        AssertSame(run, run.Trainer.Train(5), again, again.Trainer.Train(5));
    }

    // An epoch has six batches of training and two of validation: 1 to 8 are the first epoch's, 20 is the third's fourth.
    // The epoch at hand is finished.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(20)]
    public void A_run_that_was_cancelled_at_a_batch_ends_with_its_epoch_and_goes_on_as_if_it_had_not(int batch)
    {
        using var whole = new SmallRun();
        whole.Trainer.Train(4);

        using var run = new SmallRun();
        using var cancellation = new CancellationTokenSource();
        run.Engine.AtBatch = number =>
        {
            if (number == batch)
            {
                cancellation.Cancel();
            }
        };
        var history = run.Trainer.Train(4, cancellation: cancellation.Token);
        Assert.Equal((batch + 7) / 8, history.Count);
        Assert.Equal(8 * history.Count, run.Engine.TrainingBatches.Count + run.Engine.ValidationBatches.Count);

        Assert.Same(history, run.Trainer.Train(4));
        AssertSame(whole, whole.Trainer.History, run, history);
        Assert.Equal(whole.Engine.TrainingBatches, run.Engine.TrainingBatches);
        Assert.Equal(whole.Engine.ValidationBatches, run.Engine.ValidationBatches);
    }

    [Fact]
    public void Training_on_after_the_end_is_one_run()
    {
        using var whole = new SmallRun();
        using var run = new SmallRun();
        run.Trainer.Train(2);
        run.Trainer.Train(2);
        Assert.Equal(2, run.Trainer.History.Count);
        AssertSame(whole, whole.Trainer.Train(5), run, run.Trainer.Train(5));
    }

    [Fact]
    public void A_run_that_was_cancelled_before_it_began_has_no_epochs_and_has_moved_nothing()
    {
        using var run = new SmallRun();
        var before = Weights.Of(run.Model);
        Assert.Empty(run.Trainer.Train(4, cancellation: new CancellationToken(canceled: true)));
        Assert.Empty(run.Trainer.Train(0));
        Assert.Equal(before, Weights.Of(run.Model));
    }

    [Fact]
    public void Progress_is_told_after_every_epoch_on_the_thread_that_trains()
    {
        using var run = new SmallRun();
        var told = new List<TrainingProgress>();
        var thread = Environment.CurrentManagedThreadId;
        run.Trainer.Train(2);
        run.Trainer.Train(5, new ProgressListener<TrainingProgress>(progress =>
        {
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
            Assert.Equal(progress.Latest, run.Trainer.History[^1]);
            told.Add(progress);
        }));
        Assert.Equal([2, 3, 4], told.Select(progress => progress.Latest.Epoch));
        Assert.All(told, progress =>
        {
            Assert.Equal(5, progress.Epochs);
            Assert.InRange(progress.EpochsPerSecond, double.Epsilon, double.MaxValue);
            Assert.Equal((4 - progress.Latest.Epoch) / progress.EpochsPerSecond, progress.Remaining.TotalSeconds, 1e-6);
        });
    }

    [Fact]
    public void Cancelling_from_progress_stops_at_that_epoch()
    {
        using var run = new SmallRun();
        using var cancellation = new CancellationTokenSource();
        var history = run.Trainer.Train(100, new ProgressListener<TrainingProgress>(progress =>
        {
            if (progress.Latest.Epoch == 2)
            {
                cancellation.Cancel();
            }
        }), cancellation.Token);
        Assert.Equal(3, history.Count);
    }

    [Fact]
    public void Seconds_only_grow_and_leave_out_the_breaks()
    {
        using var run = new SmallRun();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        run.Trainer.Train(3);
        var trained = clock.Elapsed;
        Thread.Sleep(300);
        clock.Restart();
        var seconds = run.Trainer.Train(6).Select(epoch => epoch.Seconds).ToList();
        trained += clock.Elapsed;
        Assert.Equal(seconds.Order(), seconds);
        Assert.InRange(seconds[^1], 0, trained.TotalSeconds);
    }

    [Fact]
    public void A_run_of_two_thousand_million_epochs_can_be_begun()
    {
        using var run = new SmallRun();
        using var cancellation = new CancellationTokenSource();
        Assert.Single(run.Trainer.Train(int.MaxValue, new ProgressListener<TrainingProgress>(_ => cancellation.Cancel()), cancellation.Token));
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_run_with_its_epoch()
    {
        using var run = new SmallRun();
        run.Engine.AtBatch = number =>
        {
            if (number == 12)
            {
                using var withoutGradients = no_grad();
                run.Model.EmbeddingWeight.fill_(double.NaN);
            }
        };
        var history = run.Trainer.Train(5);
        Assert.Equal(2, history.Count);
        Assert.True(history.HasDiverged && double.IsNaN(history[1].TrainingLoss) && double.IsFinite(history[0].TrainingLoss));
        Assert.Equal(2, run.Trainer.Train(5).Count);
    }

    [Fact]
    public void A_negative_number_of_epochs_is_refused()
    {
        using var run = new SmallRun();
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => run.Trainer.Train(-1));
        Assert.StartsWith("The number of epochs is -1; it has to be at least 0, such as 20000.", error.Message);
    }

    private static void AssertSame(SmallRun expected, TrainingHistory expectedHistory, SmallRun actual, TrainingHistory actualHistory)
    {
        Assert.Equal(expectedHistory.Select(WithoutSeconds), actualHistory.Select(WithoutSeconds));
        Assert.Equal(Weights.Of(expected.Model), Weights.Of(actual.Model));

        static EpochRecord WithoutSeconds(EpochRecord epoch) => epoch with { Seconds = 0 };
    }
}
