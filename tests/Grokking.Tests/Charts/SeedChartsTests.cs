using Grokking.Charts;
using Grokking.Training;

namespace Grokking.Tests.Charts;

public sealed class SeedChartsTests
{
    [Fact]
    public void The_first_button_shows_means_and_bands_and_the_second_each_seed()
    {
        var figure = new Figure(SeedCharts.Accuracy([3, 4, 5], [History(4, 1), History(4, 2), History(4, 3)]));

        Assert.Equal(["Mean ± Standard Deviation", "Each Seed"], figure.ButtonLabels);
        // Two edges and a mean of training and of validation, then three seeds of each.
        Assert.Equal(12, figure.Traces.Count);
        Assert.Equal("[true,true,true,true,true,true,false,false,false,false,false,false]", figure.Buttons[0]!["args"]![0]!["visible"]!.ToJsonString());
        Assert.Equal("[false,false,false,false,false,false,true,true,true,true,true,true]", figure.Buttons[1]!["args"]![0]!["visible"]!.ToJsonString());
        Assert.Equal(
            ["Train Accuracy, seed 3", "Train Accuracy, seed 4", "Train Accuracy, seed 5", "Val Accuracy, seed 3", "Val Accuracy, seed 4", "Val Accuracy, seed 5"],
            figure.Traces.Skip(6).Select(trace => (string)trace!["name"]!));
        Assert.All(figure.Traces.Skip(6), trace => Assert.False((bool)trace!["visible"]!));
        Assert.Equal("tonexty", (string)figure.Traces[1]!["fill"]!);
        Assert.Equal("log", (string)figure.Layout["xaxis"]!["type"]!);
    }

    [Fact]
    public void The_line_is_the_mean_and_the_band_a_standard_deviation_of_the_sample_within_0_and_100()
    {
        TrainingHistory[] histories = [History(3, 10), History(3, 30), History(3, 20)];
        var figure = new Figure(SeedCharts.Accuracy([0, 1, 2], histories));
        for (var epoch = 0; epoch < 3; epoch++)
        {
            double[] values = [.. histories.Select(history => history[epoch].ValidationAccuracy)];
            var (mean, deviation) = (values.Average(), Math.Sqrt(values.Select(value => Math.Pow(value - values.Average(), 2)).Sum() / 2));
            Assert.Equal(Math.Max(0, mean - deviation), figure.Y(3)[epoch], 0.01);
            Assert.Equal(Math.Min(100, mean + deviation), figure.Y(4)[epoch], 0.01);
            Assert.Equal(mean, figure.Y(5)[epoch], 0.01);
            Assert.Equal(deviation, (double)figure.Traces[5]!["customdata"]![epoch]!, 0.01);
        }

        Assert.Equal(histories[1].Select(epoch => epoch.ValidationAccuracy), figure.Y(10));
        Assert.Equal(histories[1].Select(epoch => epoch.TrainingAccuracy), figure.Y(7));
        Assert.Equal("[1,2,3]", figure.Traces[5]!["x"]!.ToJsonString());
        // Of training 100, 100 and 70: 90 ± 17.3.
        Assert.All(figure.Y(0), edge => Assert.Equal(90 - Math.Sqrt(300), edge, 0.01));
        Assert.All(figure.Y(1), edge => Assert.Equal(100, edge));
    }

    [Fact]
    public void The_losses_band_is_of_the_logarithm_and_the_norms_of_the_norm()
    {
        TrainingHistory[] histories = [.. new[] { 1.0, 10, 100 }.Select(loss => Figure.History(2, _ => loss))];
        var figure = new Figure(SeedCharts.Loss([0, 1, 2], histories));
        Assert.Equal((1, 10, 100), (figure.Y(0)[0], figure.Y(2)[0], figure.Y(1)[0]));
        Assert.Equal("log", (string)figure.Layout["yaxis"]!["type"]!);

        // 4, 13 and 103: 40 and the deviation of the sample.
        var norm = new Figure(SeedCharts.OutputLayerNorm([0, 1, 2], histories));
        var deviation = Math.Sqrt(((36 * 36) + (27 * 27) + (63 * 63)) / 2.0);
        Assert.Equal((0, 40), (norm.Y(0)[0], norm.Y(2)[0]));
        Assert.Equal(40 + deviation, norm.Y(1)[0], 0.1);
    }

    [Fact]
    public void A_row_goes_from_trainings_99_percent_to_validations_and_ends_open_where_that_did_not_come()
    {
        TrainingHistory Run(int training, int validation, int count)
        {
            var history = new TrainingHistory();
            for (var epoch = 0; epoch < count; epoch++)
            {
                history.Add(new EpochRecord(epoch, 20 * (epoch + 1), epoch, 1, epoch + 1 >= training ? 99 : 0, 1, epoch + 1 >= validation ? 99 : 0, 1));
            }

            return history;
        }

        var figure = new Figure(SeedCharts.Delay(("slow", [0UL, 1UL], [Run(3, 30, 40), Run(4, 99, 50)]), ("fast", [0UL], [Run(5, 5, 6)])));
        Assert.Equal("[60,600,null,80,1000,null,100,100,null]", figure.Traces[0]!["x"]!.ToJsonString());
        Assert.Equal([[60, 80, 100], [600, 100], [1000]], Enumerable.Range(1, 3).Select(trace => figure.Traces[trace]!["x"]!.AsArray().Select(x => (double)x!).ToArray()));
        Assert.Equal(["slow, seed 0", "fast, seed 0"], figure.Traces[2]!["y"]!.AsArray().Select(row => (string)row!));
    }

    [Fact]
    public void One_seed_has_a_band_of_no_width()
    {
        var figure = new Figure(SeedCharts.Accuracy([7], [History(3, 10)]));
        Assert.Equal(figure.Y(0), figure.Y(1));
        Assert.Equal(figure.Y(2), figure.Y(1));
    }

    [Fact]
    public void Seeds_that_were_stopped_are_drawn_up_to_the_epoch_that_all_of_them_have()
    {
        var figure = new Figure(SeedCharts.Accuracy([0, 1], [History(5, 1), History(3, 1)]));
        Assert.All(Enumerable.Range(0, figure.Traces.Count), trace => Assert.Equal(3, figure.Y(trace).Length));
    }

    [Fact]
    public void Five_full_runs_are_less_than_a_megabyte_with_every_early_epoch_and_the_last()
    {
        var noise = new Random(1);
        var histories = Enumerable.Range(0, 5).Select(_ => History(20_000, 100 * noise.NextDouble())).ToList();
        var figure = new Figure(SeedCharts.Accuracy([0, 1, 2, 3, 4], histories));
        var epochs = figure.Traces[2]!["x"]!.AsArray().Select(epoch => (int)epoch!).ToList();
        Assert.Equal(Enumerable.Range(1, 1000), epochs[..1000]);
        Assert.Equal(20_000, epochs[^1]);
        Assert.InRange(epochs.Count, 1900, 2200);
        Assert.InRange(figure.Json.Length, 1, 1_000_000);
    }

    [Fact]
    public void What_can_not_be_drawn_is_refused()
    {
        Assert.Equal(
            "There are 2 seeds and 1 histories; there has to be a history for each, and at least one.",
            Assert.Throws<ArgumentException>(() => SeedCharts.Accuracy([1, 2], [History(3, 1)])).Message);
        Assert.Equal(
            "A seed has no epochs to draw yet: train it first.",
            Assert.Throws<ArgumentException>(() => SeedCharts.Accuracy([1, 2], [History(3, 1), History(0, 1)])).Message);
    }

    private static TrainingHistory History(int epochs, double scale)
    {
        var history = new TrainingHistory();
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            history.Add(new EpochRecord(epoch, epoch + 1, epoch, 1, scale < 25 ? 100 : 70, 1, Math.Round(99 * scale / (scale + epoch + 1), 2), 1));
        }

        return history;
    }
}
