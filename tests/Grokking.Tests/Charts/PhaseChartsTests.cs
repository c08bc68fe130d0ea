using Grokking.Charts;
using Grokking.Runs;
using Grokking.Sweeps;
using Grokking.Training;

namespace Grokking.Tests.Charts;

public sealed class PhaseChartsTests
{
    [Theory]
    [InlineData(100, 150, LearningPhase.Comprehension)]
    [InlineData(100, 199, LearningPhase.Comprehension)]
    [InlineData(100, 200, LearningPhase.Grokking)]
    [InlineData(100, null, LearningPhase.Memorisation)]
    [InlineData(null, null, LearningPhase.Confusion)]
    public void The_phase_is_that_of_the_steps_each_side_takes_to_90_percent(int? training, int? validation, LearningPhase phase) =>
        Assert.Equal(phase, LearningPhases.PhaseOf(Run(0.5, 1, 0, training, validation)));

    [Fact]
    public void A_run_that_diverged_is_a_phase_of_its_own() =>
        Assert.Equal(LearningPhase.Diverged, LearningPhases.PhaseOf(Run(0.5, 1, 0, 100, 200) with { Outcome = RunOutcome.Diverged }));

    [Fact]
    public void Each_pair_of_values_is_a_tile_in_the_phase_that_most_of_its_seeds_have()
    {
        var figure = new Figure(PhaseCharts.Plane(
        [
            Run(0.3, 1, 0, 100, 500), Run(0.3, 1, 1, 100, 900), Run(0.3, 1, 2, 100, null),
            Run(0.8, 1, 0, 100, 120),
            Run(0.3, 10, 0, null, null),
        ]));
        var map = figure.Traces[0]!;
        Assert.Equal("""["0.3","0.8"]""", figure.Layout["xaxis"]!["ticktext"]!.ToJsonString());
        Assert.Equal("""["1","10"]""", figure.Layout["yaxis"]!["ticktext"]!.ToJsonString());
        // Grokking is 1 and more; the pair that nobody tried is left out.
        Assert.InRange((double)map["z"]![0]![0]!, 1, 1.999);
        Assert.Equal(0.5, (double)map["z"]![0]![1]!);
        Assert.Equal(3.5, (double)map["z"]![1]![0]!);
        Assert.Null(map["z"]![1]![1]);
        Assert.Equal("train fraction 0.3, weight decay 1<br>grokking 2 of 3, memorisation 1 of 3<br>validation: 7 × training’s steps to 90%", (string)map["text"]![0]![0]!);

        // What a click shows: the curves of each run, with a gap after each.
        var tiles = figure.Layout["meta"]!["tiles"]!.AsArray();
        Assert.Equal(4, tiles.Count);
        Assert.Null(tiles[3]);
        Assert.Equal("[20,null,20,null,20,null]", tiles[0]!["steps"]!.ToJsonString());
        Assert.Equal("[40.0,null]", tiles[2]!["validation"]!.ToJsonString());
    }

    [Fact]
    public void Of_two_phases_that_as_many_seeds_have_the_later_one_counts() =>
        Assert.Equal(2.5, (double)new Figure(PhaseCharts.Plane([Run(0.3, 1, 0, 100, 120), Run(0.3, 1, 1, 100, null)])).Traces[0]!["z"]![0]![0]!);

    [Fact]
    public void The_longer_the_delay_the_darker_the_tile()
    {
        // The last pair's one late run is among those that never got there: its tile is no grokking one.
        var figure = new Figure(PhaseCharts.Plane(
        [
            Run(0.2, 1, 0, 100, 250), Run(0.3, 1, 0, 100, 2000), Run(0.4, 1, 0, 100, 8000),
            Run(0.5, 1, 0, 100, null), Run(0.5, 1, 1, 100, null), Run(0.5, 1, 2, 100, 80_000),
        ]));
        double[] shades = [.. figure.Traces[0]!["z"]![0]!.AsArray().Take(3).Select(shade => (double)shade!)];
        Assert.Equal(shades.Order(), shades);
        Assert.Equal(3, shades.Distinct().Count());
        Assert.Equal(1.99, shades[2], 1e-9);
        Assert.All(shades, shade => Assert.InRange(shade, 1, 1.999));
    }

    [Fact]
    public void No_runs_are_refused() => Assert.Throws<ArgumentException>(() => PhaseCharts.Plane([]));

    private static RunResult Run(double fraction, double decay, ulong seed, int? training, int? validation)
    {
        var milestones = new Dictionary<(Side, int), Milestone>();
        if (training is { } first)
        {
            milestones[(Side.Training, 90)] = new Milestone(first / 20, first);
        }

        if (validation is { } second)
        {
            milestones[(Side.Validation, 90)] = new Milestone(second / 20, second);
        }

        return new RunResult
        {
            Settings = RunSettings.Fast with { TrainingFraction = fraction, Seed = seed, Optimizer = RunSettings.Fast.Optimizer with { WeightDecay = decay } },
            Outcome = validation is null ? RunOutcome.Censored : RunOutcome.Reached,
            Epochs = 400,
            Seconds = 1,
            BestValidationAccuracy = 40,
            Milestones = milestones,
            Curve = [new EpochRecord(0, 20, 0, 0, 60, 0, 40, 0)],
        };
    }
}
