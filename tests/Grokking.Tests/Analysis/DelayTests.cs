using Grokking.Analysis;
using Grokking.Training;

namespace Grokking.Tests.Analysis;

public sealed class DelayTests
{
    [Fact]
    public void It_is_from_trainings_99_percent_to_validations_in_epochs_and_in_steps()
    {
        var delay = Delay.Of(History(training: 4, validation: 44, epochs: 60))!.Value;

        Assert.Equal((new Milestone(4, 60), new Milestone(44, 660)), (delay.Training, delay.Validation));
        Assert.Equal((40, 600, 11.0), (delay.Epochs, delay.Steps, delay.Ratio));
        Assert.Equal(
            "training has 99% after 4 epochs, validation after 44: a delay of 40 epochs or 600 steps; validation took 11 times as long",
            delay.ToString());
    }

    [Fact]
    public void A_run_that_did_not_come_to_its_end_has_none_and_one_that_understands_first_a_negative_one()
    {
        Assert.Null(Delay.Of(History(training: 4, validation: 44, epochs: 43)));
        Assert.Null(Delay.Of(new TrainingHistory()));
        Assert.Equal(-1, Delay.Of(History(training: 5, validation: 4, epochs: 9))!.Value.Epochs);
    }

    // 15 steps an epoch.
    private static TrainingHistory History(int training, int validation, int epochs)
    {
        var history = new TrainingHistory();
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            history.Add(15 * (epoch + 1), 1, epoch + 1 >= training ? 99 : 98.9, 1, epoch + 1 >= validation ? 99 : 98.9, 1);
        }

        return history;
    }
}
