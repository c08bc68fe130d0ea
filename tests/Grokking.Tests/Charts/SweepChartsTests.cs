using System.Text.Json.Nodes;
using Grokking.Charts;
using Grokking.Data;
using Grokking.Runs;
using Grokking.Sweeps;
using MathNet.Numerics.Statistics;

namespace Grokking.Tests.Charts;

public sealed class SweepChartsTests
{
    [Fact]
    public void There_is_a_line_a_weight_decay_against_the_training_fraction_on_a_log_axis()
    {
        var figure = new Figure(SweepCharts.EpochsToGrok(
            [Run(0.5, 1, 0, 200), Run(0.3, 1, 0, 400), Run(0.3, 0.1, 0, 900), Run(0.5, 0.1, 0, 600), Run(0.5, 10, 0, 20)]));

        Assert.Equal(["weight decay 0.1", "weight decay 1", "weight decay 10"], figure.Traces.Select(trace => (string)trace!["name"]!));
        Assert.Equal("[0.3,0.5]", figure.Traces[1]!["x"]!.ToJsonString());
        Assert.Equal([400, 200], figure.Y(1));
        Assert.Equal("training fraction", (string)figure.Layout["xaxis"]!["title"]!["text"]!);
        Assert.Equal("log", (string)figure.Layout["yaxis"]!["type"]!);
        Assert.Equal(3, figure.Traces.Select(trace => (string)trace!["line"]!["color"]!).Distinct().Count());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(8)]
    public void A_point_is_the_median_over_seeds_and_its_bar_the_quartiles(int seeds)
    {
        var random = new Random(seeds);
        int[] epochs = [.. Enumerable.Range(0, seeds).Select(_ => random.Next(10, 900))];
        var figure = new Figure(SweepCharts.EpochsToGrok([.. epochs.Select((epoch, seed) => Run(0.5, 1, seed, epoch))]));

        double Quantile(double share) => epochs.Select(epoch => (double)epoch).QuantileCustom(share, QuantileDefinition.R7);
        var trace = Assert.Single(figure.Traces)!;
        Assert.Equal(Quantile(0.5), (double)trace["y"]![0]!, 1e-9);
        Assert.Equal(Quantile(0.75) - Quantile(0.5), (double)trace["error_y"]!["array"]![0]!, 1e-9);
        Assert.Equal(Quantile(0.5) - Quantile(0.25), (double)trace["error_y"]!["arrayminus"]![0]!, 1e-9);
    }

    [Fact]
    public void A_run_that_did_not_get_there_is_an_open_marker_at_its_limit_and_counts_as_longer()
    {
        // Of 5 runs at 0.5 one did not get there: the median is the third, 300. At 0.3 three did not: there is no median.
        var figure = new Figure(SweepCharts.EpochsToGrok(
        [
            Run(0.5, 1, 0, 100), Run(0.5, 1, 1, 200), Run(0.5, 1, 2, 300), Run(0.5, 1, 3, 400), Run(0.5, 1, 4, null),
            Run(0.3, 1, 0, 500), Run(0.3, 1, 1, null), Run(0.3, 1, 2, null), Run(0.3, 1, 3, null), Run(0.3, 1, 4, 600),
        ]));

        var (median, censored) = (figure.Traces[0]!, figure.Traces[1]!);
        Assert.Null(median["y"]![0]);
        Assert.Equal(300, (double)median["y"]![1]!);
        Assert.Equal(
            ["weight decay 1<br>median over 1,000 epochs, quartiles 600 and over 1,000<br>5 runs: 3 did not reach 99% in 1,000 epochs",
             "weight decay 1<br>median 300 epochs, quartiles 200 and 400<br>5 runs: 1 did not reach 99% in 1,000 epochs"],
            Texts(median));
        Assert.Equal("triangle-up-open", (string)censored["marker"]!["symbol"]!);
        Assert.Equal("markers", (string)censored["mode"]!);
        Assert.Equal("[0.3,0.5]", censored["x"]!.ToJsonString());
        Assert.Equal([1000, 1000], figure.Y(1));
        Assert.Equal(Texts(median), Texts(censored));
        Assert.True((bool)censored["showlegend"]!);
    }

    [Fact]
    public void An_upper_quartile_that_is_longer_than_the_limit_has_a_bar_up_to_it()
    {
        var figure = new Figure(SweepCharts.EpochsToGrok([Run(0.5, 1, 0, 100), Run(0.5, 1, 1, 200), Run(0.5, 1, 2, 300), Run(0.5, 1, 3, null), Run(0.5, 1, 4, null)]));

        Assert.Equal(300, figure.Y(0)[0]);
        Assert.Equal(700, (double)figure.Traces[0]!["error_y"]!["array"]![0]!);
        Assert.Equal(100, (double)figure.Traces[0]!["error_y"]!["arrayminus"]![0]!);
    }

    [Fact]
    public void Where_nothing_groks_there_are_only_open_markers()
    {
        var figure = new Figure(SweepCharts.EpochsToGrok([Run(0.3, 1, 0, null), Run(0.5, 1, 0, null)]));
        Assert.All(figure.Traces[0]!["y"]!.AsArray(), Assert.Null);
        Assert.Equal([1000, 1000], figure.Y(1));
    }

    [Fact]
    public void What_else_differs_makes_a_line_of_its_own_but_for_the_seeds()
    {
        var other = Run(0.5, 1, 0, 300);
        var learning = other with { Settings = Setting.Named("learning_rate").With(other.Settings, "0.01") };
        var minus = learning with { Settings = learning.Settings with { Operation = Operation.Parse("-") } };
        string[] Names(params RunResult[] runs) => [.. new Figure(SweepCharts.EpochsToGrok(runs)).Traces.Select(trace => (string)trace!["name"]!)];

        Assert.Equal(["weight decay 1"], Names(other, other with { Settings = other.Settings with { DataSeed = 3 } }, Run(0.5, 1, 1, 10)));
        Assert.Equal(["weight decay 1, learning rate 0.001", "weight decay 1, learning rate 0.01"], Names(learning, other));
        Assert.Equal(["+ of 97, weight decay 1", "- of 97, weight decay 1"], Names(learning, minus));
    }

    [Fact]
    public void No_two_of_sixteen_lines_look_alike()
    {
        var figure = new Figure(SweepCharts.EpochsToGrok([.. Enumerable.Range(1, 16).Select(decay => Run(0.5, decay, 0, 10))]));
        Assert.Equal(16, figure.Traces.Select(trace => ((string)trace!["line"]!["color"]!, (string)trace["line"]!["dash"]!)).Distinct().Count());
        Assert.Equal(Enumerable.Range(1, 16).Select(decay => $"weight decay {decay}"), figure.Traces.Select(trace => (string)trace!["name"]!));
    }

    [Fact]
    public void A_chart_of_no_runs_says_what_to_do()
    {
        Assert.Equal("There are no runs to draw yet: run the sweep first.", Assert.Throws<ArgumentException>(() => SweepCharts.EpochsToGrok([])).Message);
    }

    private static IEnumerable<string> Texts(JsonNode trace) => trace["text"]!.AsArray().Select(text => (string)text!);

    private static RunResult Run(double fraction, double decay, int seed, int? epochs)
    {
        var settings = new RunSettings
        {
            TrainingFraction = fraction,
            Seed = (ulong)seed,
            Epochs = 1000,
            Optimizer = new() { WeightDecay = decay },
        };
        return new RunResult
        {
            Settings = settings,
            Outcome = epochs is null ? RunOutcome.Censored : RunOutcome.Reached,
            Epochs = epochs ?? 1000,
            Seconds = 1,
            BestValidationAccuracy = epochs is null ? 50 : 100,
            Milestones = epochs is { } reached ? new() { [(Side.Validation, 99)] = new(reached, 15 * reached) } : new Dictionary<(Side, int), Milestone>(),
        };
    }
}
