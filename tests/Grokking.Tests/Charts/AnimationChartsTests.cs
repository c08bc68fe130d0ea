using System.Text.Json.Nodes;
using Grokking.Analysis;
using Grokking.Charts;
using Grokking.Models;
using Grokking.Tests.Training;
using Grokking.Training;

namespace Grokking.Tests.Charts;

public sealed class AnimationChartsTests
{
    [Fact]
    public void The_embedding_film_has_a_frame_and_a_step_of_the_slider_a_snapshot_and_shows_the_last()
    {
        using var run = Trained();
        var plane = EmbeddingPlane.OfPrincipalComponents(run.Model, 7);
        var figure = new Figure(AnimationCharts.Embedding(run.Snapshots, plane));

        Assert.Equal(["Play", "Pause"], figure.ButtonLabels);
        Assert.Equal(["0", "1", "3"], Names(figure));
        Assert.Equal(["0", "1", "3"], figure.Layout["sliders"]![0]!["steps"]!.AsArray().Select(step => (string)step!["label"]!));
        foreach (var (frame, snapshot) in Frames(figure).Zip(run.Snapshots))
        {
            var points = plane.Project(snapshot.Model);
            var x = frame["data"]![0]!["x"]!.AsArray().Select(value => (double)value!).ToArray();
            Assert.Equal(7, x.Length);
            Assert.All(x, (value, number) => Assert.Equal(points[number, 0], value, 1e-4));
        }

        Assert.Equal(Frames(figure)[2]["data"]![0]!.ToJsonString(), figure.Traces[0]!.ToJsonString());
        Assert.Equal(figure.Layout["xaxis"]!["range"]!.ToJsonString(), figure.Layout["yaxis"]!["range"]!.ToJsonString());
    }

    [Fact]
    public void The_table_film_marks_every_equation_by_its_side_and_whether_it_is_right()
    {
        using var run = Trained();
        var figure = new Figure(AnimationCharts.Table(run.Snapshots, run.Split));

        Assert.Equal(
            ["validation, wrong", "validation, right", "training, wrong", "training, right", "answers"],
            figure.Traces.Select(trace => (string)trace!["name"]!));
        Assert.All(Frames(figure), frame => Assert.Equal(4, (int)frame["traces"]![0]!));
        var last = Convert.FromBase64String((string)figure.Traces[4]!["z"]!["bdata"]!);
        Assert.Equal(49, last.Length);
        foreach (var equation in Enumerable.Range(0, 49))
        {
            var side = run.Split.Training.Contains(equation) ? 2 : 0;
            var right = Evaluation.Of(run.Model, run.Dataset, [equation]).Accuracy > 50;
            Assert.Equal(side + (right ? 1 : 0), last[equation]);
        }
    }

    [Fact]
    public void A_film_of_nothing_is_refused_in_a_sentence()
    {
        using var model = new GrokkingMlp(9, 4, 4);
        var refused = Assert.Throws<ArgumentException>(
            () => AnimationCharts.Embedding([], EmbeddingPlane.OfPrincipalComponents(model, 7)));
        Assert.StartsWith("There are no snapshots to show yet", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_trajectory_chart_has_a_panel_a_measure_and_a_band_a_phase()
    {
        using var run = Trained();
        var figure = new Figure(TrajectoryCharts.Weights(run.Trainer.History, run.Snapshots));

        Assert.Equal(["y", "y2", "y3", "y4", "y5"], figure.Traces.Select(trace => (string)trace!["yaxis"]!).Distinct());
        Assert.Equal(run.Trainer.History.Select(epoch => epoch.ValidationAccuracy), figure.Y(1), (a, b) => Math.Abs(a - b) < 0.01);
        var total = figure.Traces.Single(trace => (string)trace!["name"]! == "all")!;
        Assert.False((bool)figure.Layout["showlegend"]!);
        string[] headings = [.. figure.Layout["annotations"]!.AsArray().Select(heading => (string)heading!["text"]!)];
        Assert.Equal(5, headings.Length);
        Assert.All(figure.Traces, trace => Assert.Contains(
            headings, heading => heading.Contains($"{(string)trace!["line"]!["color"]!}\">━</span> {(string)trace["name"]!}", StringComparison.Ordinal)));
        Assert.Equal([1, 3], total["x"]!.AsArray().Select(epoch => (int)epoch!));
        Assert.Equal(
            WeightStatistics.Of(run.Model).Total, (double)total["y"]![1]!, 1e-3);
        Assert.Equal(
            TrainingPhase.Of(run.Trainer.History).Select(phase => (phase.Start + 1, phase.End + 1)),
            figure.Layout["shapes"]!.AsArray().Select(band => ((int)band!["x0"]!, (int)band["x1"]!)));
    }

    [Fact]
    public void A_trajectory_of_nothing_is_refused_in_a_sentence()
    {
        var refused = Assert.Throws<ArgumentException>(() => TrajectoryCharts.Weights(new TrainingHistory(), []));
        Assert.StartsWith("There is no trajectory to draw yet", refused.Message, StringComparison.Ordinal);
    }

    private static SmallRun Trained()
    {
        var run = new SmallRun(snapshots: SnapshotSchedule.At(0, 1, 3));
        run.Trainer.Train(3);
        return run;
    }

    private static JsonNode[] Frames(Figure figure) => [.. figure.Layout["frames"]!.AsArray().Select(frame => frame!)];

    private static IEnumerable<string> Names(Figure figure) => Frames(figure).Select(frame => (string)frame["name"]!);
}
