using System.Text.Json.Nodes;
using Grokking.Charts;
using Grokking.Data;
using Grokking.Runs;
using Grokking.Sweeps;
using Grokking.Training;
using MathNet.Numerics.Statistics;

namespace Grokking.Tests.Charts;

public sealed class SweepChartsTests
{
    [Fact]
    public void There_is_a_line_a_weight_decay_against_the_training_fraction_on_a_log_axis()
    {
        var figure = new Figure(SweepCharts.TimeToGrok(
            [Run(0.5, 1, 0, 200), Run(0.3, 1, 0, 400), Run(0.3, 0.1, 0, 900), Run(0.5, 0.1, 0, 600), Run(0.5, 10, 0, 20)]));

        Assert.Equal(["weight decay 0.1", "weight decay 1", "weight decay 10"], Shown(figure).Select(trace => (string)trace!["name"]!));
        Assert.Equal("[0.3,0.5]", figure.Traces[1]!["x"]!.ToJsonString());
        Assert.Equal([400, 200], figure.Y(1));
        Assert.Equal("training fraction", (string)figure.Layout["xaxis"]!["title"]!["text"]!);
        Assert.Equal("log", (string)figure.Layout["yaxis"]!["type"]!);
        Assert.Equal(3, Shown(figure).Select(trace => (string)trace!["line"]!["color"]!).Distinct().Count());
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
        var figure = new Figure(SweepCharts.TimeToGrok([.. epochs.Select((epoch, seed) => Run(0.5, 1, seed, epoch))]));

        double Quantile(double share) => epochs.Select(epoch => (double)epoch).QuantileCustom(share, QuantileDefinition.R7);
        var trace = Assert.Single(Shown(figure))!;
        Assert.Equal(Quantile(0.5), (double)trace["y"]![0]!, 1e-9);
        Assert.Equal(Quantile(0.75) - Quantile(0.5), (double)trace["error_y"]!["array"]![0]!, 1e-9);
        Assert.Equal(Quantile(0.5) - Quantile(0.25), (double)trace["error_y"]!["arrayminus"]![0]!, 1e-9);
    }

    [Fact]
    public void A_run_that_did_not_get_there_is_an_open_marker_at_its_limit_and_counts_as_longer()
    {
        // Of 5 runs at 0.5 one did not get there: the median is the third, 300. At 0.3 three did not: there is no median.
        var figure = new Figure(SweepCharts.TimeToGrok(
        [
            Run(0.5, 1, 0, 100), Run(0.5, 1, 1, 200), Run(0.5, 1, 2, 300), Run(0.5, 1, 3, 400), Run(0.5, 1, 4, null),
            Run(0.3, 1, 0, 500), Run(0.3, 1, 1, null), Run(0.3, 1, 2, null), Run(0.3, 1, 3, null), Run(0.3, 1, 4, 600),
        ]));

        var (median, censored) = (figure.Traces[0]!, figure.Traces[1]!);
        Assert.Null(median["y"]![0]);
        Assert.Equal(300, (double)median["y"]![1]!);
        Assert.Equal(
            ["weight decay 1<br>median over 1,000 steps, quartiles 600 and over 1,000<br>5 runs: 3 did not reach 99% in 1,000 steps",
             "weight decay 1<br>median 300 steps, quartiles 200 and 400<br>5 runs: 1 did not reach 99% in 1,000 steps"],
            Texts(median));
        Assert.Equal("triangle-up-open", (string)censored["marker"]!["symbol"]!);
        Assert.Equal("markers", (string)censored["mode"]!);
        Assert.Equal("[0.3,0.5]", censored["x"]!.ToJsonString());
        Assert.Equal([1000, 1000], figure.Y(1));
        Assert.Equal(Texts(median), Texts(censored));
        Assert.True((bool)censored["showlegend"]!);
    }

    [Fact]
    public void A_quantile_beside_a_run_without_an_end_is_said_as_far_as_it_is_known()
    {
        // Between 100 and what is more than 1,000: NumPy's 0.75-quantile of two is more than 100 + 0.75 · 900.
        var figure = new Figure(SweepCharts.TimeToGrok([Run(0.5, 1, 0, 100), Run(0.5, 1, 1, null)]));

        Assert.Equal("weight decay 1<br>median over 550 steps, quartiles over 325 and over 775<br>2 runs: 1 did not reach 99% in 1,000 steps", Texts(figure.Traces[0]!).First());
    }

    [Fact]
    public void A_run_that_diverged_is_a_mark_of_its_own_where_it_ended()
    {
        var diverged = Run(0.5, 1, 2, null) with { Outcome = RunOutcome.Diverged, Epochs = 7, Last = new EpochRecord(6, 7, 1, double.NaN, 0, double.NaN, 0, 1) };
        var figure = new Figure(SweepCharts.TimeToGrok([Run(0.5, 1, 0, 100), Run(0.5, 1, 1, 200), diverged]));

        Assert.Equal("weight decay 1<br>median 200 steps, quartiles 150 and never<br>3 runs: 1 diverged", Texts(figure.Traces[0]!).First());
        Assert.Equal("runs that diverged (where they ended)", (string)figure.Traces[1]!["name"]!);
        Assert.Equal([7], figure.Y(1));
        // One fraction has an axis of fractions around it.
        Assert.Equal("[0.4,0.6]", figure.Layout["xaxis"]!["range"]!.ToJsonString());
    }

    [Fact]
    public void An_upper_quartile_that_is_longer_than_the_limit_has_a_bar_up_to_it()
    {
        var figure = new Figure(SweepCharts.TimeToGrok([Run(0.5, 1, 0, 100), Run(0.5, 1, 1, 200), Run(0.5, 1, 2, 300), Run(0.5, 1, 3, null), Run(0.5, 1, 4, null)]));

        Assert.Equal(300, figure.Y(0)[0]);
        Assert.Equal(700, (double)figure.Traces[0]!["error_y"]!["array"]![0]!);
        Assert.Equal(100, (double)figure.Traces[0]!["error_y"]!["arrayminus"]![0]!);
    }

    [Fact]
    public void Where_nothing_groks_there_are_only_open_markers()
    {
        var figure = new Figure(SweepCharts.TimeToGrok([Run(0.3, 1, 0, null), Run(0.5, 1, 0, null)]));
        Assert.All(figure.Traces[0]!["y"]!.AsArray(), Assert.Null);
        Assert.Equal([1000, 1000], figure.Y(1));
    }

    [Fact]
    public void What_else_differs_makes_a_line_of_its_own_but_for_the_seeds()
    {
        var other = Run(0.5, 1, 0, 300);
        var learning = other with { Settings = Setting.Named("learning_rate").With(other.Settings, "0.01") };
        var minus = learning with { Settings = learning.Settings with { Operation = Operation.Parse("-") } };
        string[] Names(params RunResult[] runs) => [.. Shown(new Figure(SweepCharts.TimeToGrok(runs))).Select(trace => (string)trace!["name"]!)];

        Assert.Equal(["weight decay 1"], Names(other, other with { Settings = other.Settings with { DataSeed = 3 } }, Run(0.5, 1, 1, 10)));
        Assert.Equal(["weight decay 1, learning rate 0.001", "weight decay 1, learning rate 0.01"], Names(learning, other));
        Assert.Equal(["+ of 97, weight decay 1", "- of 97, weight decay 1"], Names(learning, minus));
    }

    [Fact]
    public void No_two_of_sixteen_lines_look_alike()
    {
        var figure = new Figure(SweepCharts.TimeToGrok([.. Enumerable.Range(1, 16).Select(decay => Run(0.5, decay, 0, 10))]));
        Assert.Equal(16, Shown(figure).Select(trace => ((string)trace!["line"]!["color"]!, (string)trace["line"]!["dash"]!)).Distinct().Count());
        Assert.Equal(Enumerable.Range(1, 16).Select(decay => $"weight decay {decay}"), Shown(figure).Select(trace => (string)trace!["name"]!));
    }

    [Fact]
    public void A_chart_of_no_runs_says_what_to_do()
    {
        Assert.Equal("There are no runs to draw yet: run the sweep first.", Assert.Throws<ArgumentException>(() => SweepCharts.TimeToGrok([])).Message);
    }

    [Fact]
    public void Buttons_show_steps_epochs_and_the_delay_as_times_trainings_steps()
    {
        // Ten steps an epoch; training had 99% after 5 epochs. The second run did not get there within its 1,000.
        RunResult Slow(int seed, int? epochs) => Run(0.5, 1, seed, epochs) with
        {
            Last = new EpochRecord(999, 10_000, 1, 1, 100, 1, 100, 1),
            Milestones = epochs is { } reached
                ? new() { [(Side.Training, 99)] = new(5, 50), [(Side.Validation, 99)] = new(reached, 10 * reached) }
                : new Dictionary<(Side, int), Milestone> { [(Side.Training, 99)] = new(5, 50) },
        };
        var figure = new Figure(SweepCharts.TimeToGrok([Slow(0, 200), Slow(1, 200), Slow(2, null)]));

        Assert.Equal(["Steps", "Epochs", "Times training’s"], figure.ButtonLabels);
        Assert.Equal([2000.0, 10_000, 200, 1000, 40, 200], Enumerable.Range(0, 6).Select(trace => figure.Y(trace)[0]));
        Assert.Equal(
            ["[true,true,false,false,false,false]", "[false,false,true,true,false,false]", "[false,false,false,false,true,true]"],
            figure.Buttons.Select(button => button!["args"]![0]!["visible"]!.ToJsonString()));
        Assert.Equal("optimiser steps", (string)figure.Layout["yaxis"]!["title"]!["text"]!);
        Assert.Equal("epochs", (string)figure.Buttons[1]!["args"]![1]!["yaxis.title.text"]!);
    }

    [Fact]
    public void Accuracy_by_fraction_has_a_line_an_operation_with_the_median_of_the_best_and_bars_to_the_extremes()
    {
        RunResult Best(double fraction, int seed, double accuracy) => Run(fraction, 1, seed, 10) with { BestValidationAccuracy = accuracy };
        var minus = Best(0.5, 0, 12) with { Settings = Run(0.5, 1, 0, 10).Settings with { Operation = Operation.Parse("-") } };
        var figure = new Figure(SweepCharts.AccuracyByFraction([Best(0.5, 0, 60), Best(0.5, 1, 90), Best(0.5, 2, 70), Best(0.3, 0, 20), minus]));

        Assert.Equal(["+ of 97", "- of 97"], figure.Traces.Select(trace => (string)trace!["name"]!));
        Assert.Equal([20, 70], figure.Y(0));
        Assert.Equal((20, 10), ((double)figure.Traces[0]!["error_y"]!["array"]![1]!, (double)figure.Traces[0]!["error_y"]!["arrayminus"]![1]!));
    }

    private static IEnumerable<JsonNode?> Shown(Figure figure) => figure.Traces.Where(trace => trace!["visible"] is null);

    private static IEnumerable<string> Texts(JsonNode trace) => trace["text"]!.AsArray().Select(text => (string)text!);

    [Fact]
    public void Runs_beside_each_other_are_a_colour_each_with_validation_drawn_through_and_training_dotted()
    {
        EpochRecord[] curve = [new(0, 15, 1, 1, 40.123, 1, 20, 1), new(1, 30, 1, 1, 100, 1, 99.5, 1)];
        var figure = new Figure(SweepCharts.Accuracy(("AdamW", Run(0.8, 1, 0, 2) with { Curve = curve }), ("Muon", Run(0.8, 1, 0, 2) with { Curve = curve[..1] })));
        Assert.Equal(4, figure.Traces.Count);
        Assert.Equal("[15,30]", figure.Traces[0]!["x"]!.ToJsonString());
        Assert.Equal([20, 99.5], figure.Y(0));
        Assert.Equal([40.123, 100], figure.Y(1));
        Assert.Equal(["solid", "dot", "solid", "dot"], figure.Traces.Select(trace => (string)trace!["line"]!["dash"]!));
        Assert.Equal([true, false, true, false], figure.Traces.Select(trace => (bool)trace!["showlegend"]!));
        Assert.Equal(2, figure.Traces.Select(trace => (string)trace!["line"]!["color"]!).Distinct().Count());
        Assert.Equal("AdamW<br>training %{y:.1f}% after %{x:,d} steps<extra></extra>", (string)figure.Traces[1]!["hovertemplate"]!);
        Assert.Throws<ArgumentException>(() => SweepCharts.Accuracy());
    }

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
            // One step an epoch.
            Last = new EpochRecord((epochs ?? 1000) - 1, epochs ?? 1000, 1, 1, 100, 1, 100, 1),
            BestValidationAccuracy = epochs is null ? 50 : 100,
            Milestones = epochs is { } reached ? new() { [(Side.Validation, 99)] = new(reached, reached) } : new Dictionary<(Side, int), Milestone>(),
        };
    }
}
