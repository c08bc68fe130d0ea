using Grokking.Models;
using Grokking.Training;
using static TorchSharp.torch;

namespace Grokking.Tests.Training;

public sealed class SnapshotTests
{
    [Fact]
    public void A_logarithmic_schedule_goes_from_before_training_to_the_last_epoch_in_steps_of_one_ratio()
    {
        var epochs = SnapshotSchedule.Logarithmic(10_000, 6).Epochs;

        Assert.Equal([0, 1, 10, 100, 1_000, 10_000], epochs);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(1, 40)]
    [InlineData(50, 40)]
    [InlineData(20_000, 40)]
    public void A_logarithmic_schedule_names_an_epoch_once_and_none_beyond_the_last(int epochs, int snapshots)
    {
        int[] schedule = [.. SnapshotSchedule.Logarithmic(epochs, snapshots).Epochs];

        Assert.Equal(schedule.Distinct().Order(), schedule);
        Assert.Equal((0, epochs), (schedule[0], schedule[^1]));
        Assert.InRange(schedule.Length, 2, snapshots);
    }

    [Fact]
    public void A_schedule_that_makes_no_sense_is_refused_in_a_sentence()
    {
        Assert.Contains(
            "The number of epochs is 0; it has to be at least 1, such as 20000.",
            Assert.Throws<ArgumentOutOfRangeException>(() => SnapshotSchedule.Logarithmic(0)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "The epoch is -1; it has to be at least 0, such as 0.",
            Assert.Throws<ArgumentOutOfRangeException>(() => SnapshotSchedule.At(3, -1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Snapshots_are_the_weights_that_shorter_runs_end_with()
    {
        using var run = Run(SnapshotSchedule.At(0, 2, 3));
        run.Trainer.Train(4);

        Assert.Equal([0, 2, 3], run.Snapshots.Select(snapshot => snapshot.Epochs));
        foreach (var snapshot in run.Snapshots)
        {
            using var shorter = Run(SnapshotSchedule.At());
            shorter.Trainer.Train(snapshot.Epochs);
            Assert.Equal(Vector(shorter.Model), Vector(snapshot.Model));
        }
    }

    [Fact]
    public void The_speed_is_the_distance_between_two_epochs_weights()
    {
        using var run = Run(SnapshotSchedule.At(0, 1, 3, 4));
        run.Trainer.Train(4);
        var snapshots = run.Snapshots;

        Assert.Equal(0, snapshots[0].Speed);
        Assert.Equal(Distance(Vector(snapshots[0].Model), Vector(snapshots[1].Model)), snapshots[1].Speed, 1e-5);
        Assert.Equal(Distance(Vector(snapshots[2].Model), Vector(snapshots[3].Model)), snapshots[3].Speed, 1e-5);
        Assert.True(snapshots[3].Speed > 0);
    }

    [Fact]
    public void A_snapshot_of_a_run_that_was_stopped_is_that_of_a_run_that_was_not()
    {
        using var whole = Run(SnapshotSchedule.At(1, 2));
        whole.Trainer.Train(2);

        using var stopped = Run(SnapshotSchedule.At(1, 2));
        using var source = new CancellationTokenSource();
        stopped.Engine.AtBatch = batch =>
        {
            if (batch == 3)
            {
                source.Cancel();
            }
        };
        stopped.Trainer.Train(2, cancellation: source.Token);
        Assert.Single(stopped.Snapshots);
        stopped.Trainer.Train(2);

        Assert.Equal(whole.Snapshots.Select(s => s.Speed), stopped.Snapshots.Select(s => s.Speed));
        Assert.Equal(Vector(whole.Snapshots[1].Model), Vector(stopped.Snapshots[1].Model));
    }

    [Fact]
    public void To_copy_a_network_draws_nothing_from_the_callers_generator()
    {
        using var model = new GrokkingMlp(9, 4, 4);
        manual_seed(5);
        using var expected = rand(3);
        manual_seed(5);
        using var copy = model.Copy();
        using var drawn = rand(3);

        Assert.Equal(expected.data<float>().ToArray(), drawn.data<float>().ToArray());
        Assert.Equal(Vector(model), Vector(copy));
    }

    private static SmallRun Run(SnapshotSchedule schedule) => new(snapshots: schedule);

    private static float[] Vector(EquationModel model)
    {
        using var scope = NewDisposeScope();
        return nn.utils.parameters_to_vector(model.parameters()).detach().data<float>().ToArray();
    }

    private static double Distance(float[] one, float[] other) =>
        Math.Sqrt(one.Zip(other, (x, y) => Math.Pow((double)x - y, 2)).Sum());
}
