using Grokking.Data;
using Grokking.Sweeps;
using Grokking.Tests.Runtime;
using Grokking.Training;

namespace Grokking.Tests.Sweeps;

public sealed class SweepTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder["sweep.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_run_says_of_its_history_what_a_lone_run_says()
    {
        var grid = SmallSweep.GrokkingGrid;
        var runs = new Sweep(grid.Runs) { StopAfter = 1000 }.Run();
        Assert.Equal(grid.Runs, runs.Select(run => run.Settings));
        foreach (var run in runs)
        {
            var history = SmallSweep.Alone(run.Settings);
            var reached = history.FindIndex(epoch => epoch.ValidationAccuracy >= 99);
            Assert.Equal(reached < 0 ? null : reached + 1, run.EpochsToGrok);
            Assert.Equal(reached < 0 ? null : history[reached].Step, run.StepsToGrok);
            Assert.Equal(150, run.Epochs);
            Assert.Equal(history.Max(epoch => epoch.ValidationAccuracy), run.BestValidationAccuracy);
            Assert.InRange(run.Seconds, 1e-6, 60);
        }

        // A tenth of the equations is too little: that run is censored, the other is not.
        Assert.Equal([true, false], runs.Select(run => run.EpochsToGrok is null));
    }

    [Fact]
    public void A_run_ends_once_validation_has_stayed_at_100_percent()
    {
        var cell = SmallSweep.GrokkingGrid.Runs[^1];
        var history = SmallSweep.Alone(cell);
        foreach (var stopAfter in (int[])[1, 5])
        {
            // Of epochs at 100%, the first that has as many before it as are asked for, itself included.
            var last = Enumerable.Range(stopAfter - 1, 150 - stopAfter)
                .First(epoch => history[(epoch + 1 - stopAfter)..(epoch + 1)].TrueForAll(e => e.ValidationAccuracy == 100));
            var run = Assert.Single(new Sweep([cell]) { StopAfter = stopAfter }.Run());
            Assert.Equal(last + 1, run.Epochs);
            Assert.InRange(run.Epochs, run.EpochsToGrok!.Value + stopAfter - 1, 149);
        }
    }

    [Fact]
    public void A_file_that_was_torn_in_its_last_line_has_that_run_done_again_and_no_other()
    {
        var whole = new Sweep(SmallSweep.Grid.Runs, File).Run();
        var lines = System.IO.File.ReadAllLines(File);
        Assert.Equal(12, lines.Length);

        // Between nothing of the line and all of it but its end.
        foreach (var left in (int[])[1, 20, lines[^1].Length])
        {
            System.IO.File.WriteAllText(File, string.Concat(lines[..^1].Select(line => line + "\n")) + lines[^1][..left]);
            List<string> warnings = [];
            Assert.Equal(11, new SweepFile(File).Read(warnings.Add).Count);
            Assert.Equal([$"Line 12 of {File} is torn, and skipped; its run counts as not done."], warnings);
            var ended = new List<RunResult>();
            var done = new List<int>();
            var again = new Sweep(SmallSweep.Grid.Runs, File).Run(new ProgressListener<SweepProgress>(progress =>
            {
                done.Add(progress.Done);
                ended.AddRange(progress.Latest is { } run ? [run] : []);
            }));

            Assert.Single(ended);
            Assert.Equal((11, 12), (done[0], done[^1]));
            Assert.Equal(SmallSweep.WithoutSeconds(whole), SmallSweep.WithoutSeconds(again));
            Assert.Equal(lines[..^1], System.IO.File.ReadAllLines(File)[..^1]);
            Assert.Equal(12, new SweepFile(File).Read().Count);
        }
    }

    [Fact]
    public void A_sweep_that_was_cancelled_keeps_what_has_ended_and_goes_on_from_there()
    {
        using var cancellation = new CancellationTokenSource();
        var first = new Sweep(SmallSweep.Grid.Runs, File).Run(
            new ProgressListener<SweepProgress>(progress =>
            {
                if (progress.Done == 4)
                {
                    cancellation.Cancel();
                }
            }),
            cancellation.Token);
        Assert.InRange(first.Count, 4, 11);
        Assert.Equal(SmallSweep.WithoutSeconds(first), SmallSweep.WithoutSeconds(InOrder(new SweepFile(File).Read())));

        var all = new Sweep(SmallSweep.Grid.Runs, File).Run();
        Assert.Equal(SmallSweep.WithoutSeconds(new Sweep(SmallSweep.Grid.Runs).Run()), SmallSweep.WithoutSeconds(all));
    }

    [Fact]
    public void A_sweep_that_is_done_trains_nothing_and_a_grid_that_has_grown_only_what_is_new()
    {
        new Sweep(SmallSweep.Grid.Shard(0, 2), File).Run();
        var before = System.IO.File.ReadAllText(File);
        Assert.Equal(6, new Sweep(SmallSweep.Grid.Shard(0, 2), File).Run().Count);
        Assert.Equal(before, System.IO.File.ReadAllText(File));

        Assert.Equal(12, new Sweep(SmallSweep.Grid.Runs, File).Run().Count);
        Assert.StartsWith(before, System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void A_file_of_another_grid_is_refused_and_left_as_it_was()
    {
        new Sweep([SmallSweep.Run(epochs: 3)], File).Run();
        System.IO.File.AppendAllText(File, "{\"oper");
        var before = System.IO.File.ReadAllBytes(File);

        var error = Assert.Throws<InvalidDataException>(() => new Sweep(SmallSweep.Grid.Runs, File).Run());

        Assert.Equal(
            $"Line 1 of {File} is a run of another grid: modulus 7, train fraction 0.9, weight decay 0.7, learning rate 0.006, beta1 0.7, beta2 0.999, batch size 10, epochs 3.",
            error.Message);
        Assert.Equal(before, System.IO.File.ReadAllBytes(File));
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"operation":"+","modulus":7}""")]
    public void A_line_that_is_no_run_is_refused_and_the_file_left_as_it_was(string line)
    {
        new Sweep([SmallSweep.Run(epochs: 3)], File).Run();
        System.IO.File.AppendAllText(File, line + "\n");
        var before = System.IO.File.ReadAllBytes(File);

        var error = Assert.Throws<InvalidDataException>(() => new Sweep([SmallSweep.Run(epochs: 3)], File).Run());

        Assert.Equal($"Line 2 of {File} is not a run of a sweep; the file is another's, or damaged.", error.Message);
        Assert.Equal(before, System.IO.File.ReadAllBytes(File));
    }

    [Theory]
    [InlineData("\"outcome\":", "\"came\":")]
    [InlineData("\"seed\":0", "\"seed\":0.5")]
    [InlineData("\"seed\":0", "\"seed\":\"0\"")]
    [InlineData("\"beta1\":0.7", "\"beta1\":7")]
    [InlineData("\"operation\":\"+\"", "\"operation\":\"%\"")]
    public void A_run_with_a_value_that_makes_no_sense_is_no_run(string right, string wrong)
    {
        new Sweep([SmallSweep.Run(epochs: 3)], File).Run();
        var line = System.IO.File.ReadAllText(File);
        Assert.Contains(right, line);
        System.IO.File.WriteAllText(File, line.Replace(right, wrong));
        Assert.Throws<InvalidDataException>(() => new SweepFile(File).Read());
    }

    [Fact]
    public void What_a_file_gives_back_is_what_was_put_in_however_its_lines_end()
    {
        var runs = new Sweep(SmallSweep.Grid.Runs, File).Run();
        Assert.Equal(SmallSweep.WithoutSeconds(runs), SmallSweep.WithoutSeconds(InOrder(new SweepFile(File).Read())));
        // As a Windows tool may have written it: with a byte order mark and carriage returns, and a file twice.
        var text = System.IO.File.ReadAllText(File).Replace("\n", "\r\n");
        System.IO.File.WriteAllText(File, text + text, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal(SmallSweep.WithoutSeconds(runs), SmallSweep.WithoutSeconds(InOrder(new SweepFile(File).Read())));
        Assert.Equal(SmallSweep.WithoutSeconds(runs), SmallSweep.WithoutSeconds(new Sweep(SmallSweep.Grid.Runs, File).Run()));
    }

    [Fact]
    public void Blank_lines_are_skipped_and_torn_ones_with_a_warning_that_names_them()
    {
        var grid = new SweepGrid(SmallSweep.Run(epochs: 3)).Over("seed", 0, 1, 2);
        new Sweep(grid.Runs, File) { AtOnce = 1 }.Run();
        var lines = System.IO.File.ReadAllLines(File);
        // As cat puts a file together whose first part was torn.
        System.IO.File.WriteAllText(File, $"\n{lines[0]}\n  \n{lines[1][..40]}{lines[2]}\n");
        List<string> warnings = [];
        Assert.Single(new SweepFile(File).Read(warnings.Add));
        Assert.Equal([$"Line 4 of {File} is torn, and skipped; its run counts as not done."], warnings);

        Assert.Equal(3, new Sweep(grid.Runs, File).Run().Count);
        Assert.Equal(3, new SweepFile(File).Read().Count);
    }

    [Theory]
    [InlineData("epoch,step\n0,15\n")]
    [InlineData("a text without an end")]
    public void A_foreign_file_is_refused_and_keeps_every_byte(string foreign)
    {
        System.IO.File.WriteAllText(File, foreign);
        Assert.Throws<InvalidDataException>(() => new Sweep(SmallSweep.Grid.Runs, File).Run());
        Assert.Equal(foreign, System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void A_file_of_the_form_before_is_read_and_gone_on_with()
    {
        const string reached = """{"operation":"+","modulus":7,"engine":"Fused","train_fraction":0.9,"weight_decay":0.7,"learning_rate":0.006,"batch_size":10,"beta1":0.7,"beta2":0.999,"epsilon":1E-08,"epochs":3,"seed":0,"data_seed":21,"epochs_trained":3,"epochs_to_99":2,"steps_to_99":10,"best_val_accuracy":100,"seconds":0.5}""";
        System.IO.File.WriteAllText(File, $"{reached}\n{reached.Replace("\"seed\":0", "\"seed\":1").Replace("99\":2", "99\":null").Replace("99\":10", "99\":null")}\n");
        var results = new SweepFile(File).Read();
        Assert.Equal([RunOutcome.Reached, RunOutcome.Censored], results.Select(result => result.Outcome));
        Assert.Equal([new Milestone(2, 10), null], results.Select(result => result.Of(Side.Validation, 99)));
        Assert.Null(results[0].Last);
        Assert.Equal(SmallSweep.Run(epochs: 3), results[0].Settings);
        var all = new Sweep(new SweepGrid(SmallSweep.Run(epochs: 3)).Over("seed", 0, 1, 2).Runs, File).Run();
        Assert.Equal([2, null], all.Take(2).Select(result => result.EpochsToGrok));
        Assert.Equal(3, System.IO.File.ReadAllLines(File).Length);
    }

    [Fact]
    public void A_run_whose_loss_is_no_number_has_diverged()
    {
        var run = SmallSweep.Run(epochs: 30) with { Optimizer = new() { LearningRate = 1e30, WeightDecay = 0 } };
        var result = Assert.Single(new Sweep([run], File).Run());
        Assert.Equal(RunOutcome.Diverged, result.Outcome);
        Assert.InRange(result.Epochs, 1, 29);
        Assert.Equal(RunOutcome.Diverged, Assert.Single(new SweepFile(File).Read()).Outcome);
    }

    [Fact]
    public void A_result_has_the_milestones_of_both_sides_and_a_thin_curve()
    {
        var run = SmallSweep.GrokkingGrid.Runs[^1];
        var history = SmallSweep.Alone(run);
        var result = Assert.Single(new Sweep([run]) { StopAfter = 1000 }.Run());
        foreach (var percent in (int[])[50, 90, 99, 100])
        {
            var (training, validation) = (history.FindIndex(epoch => epoch.TrainingAccuracy >= percent), history.FindIndex(epoch => epoch.ValidationAccuracy >= percent));
            Assert.Equal((training + 1, history[training].Step), (result.Of(Side.Training, percent)!.Value.Epochs, result.Of(Side.Training, percent)!.Value.Steps));
            Assert.Equal((validation + 1, history[validation].Step), (result.Of(Side.Validation, percent)!.Value.Epochs, result.Of(Side.Validation, percent)!.Value.Steps));
        }

        Assert.InRange(result.Curve.Count, 50, 100);
        Assert.Equal((0, 149, 149), (result.Curve[0].Epoch, result.Curve[^1].Epoch, result.Last!.Value.Epoch));
        Assert.All(result.Curve, epoch => Assert.Equal(history[epoch.Epoch], epoch with { Seconds = 0 }));
    }

    [Fact]
    public void Progress_counts_the_runs_and_its_share_of_the_work_grows_from_0_to_1()
    {
        var told = new List<SweepProgress>();
        new Sweep(SmallSweep.Grid.Runs).Run(new ProgressListener<SweepProgress>(told.Add));
        Assert.Equal((0, 0.0, null), (told[0].Done, told[0].Share, told[0].Remaining));
        Assert.Equal((12, 1.0, TimeSpan.Zero), (told[^1].Done, told[^1].Share, told[^1].Remaining));
        Assert.All(told, progress => Assert.Equal(12, progress.Total));
        Assert.Equal(told.Select(progress => progress.Done).Order(), told.Select(progress => progress.Done));
        Assert.Equal(told.Select(progress => progress.Share).Order(), told.Select(progress => progress.Share));
        Assert.Equal(12, told.Count(progress => progress.Latest is not null));
    }

    [Fact]
    public void A_cell_that_can_not_be_trained_is_refused_before_anything_is_trained_or_written()
    {
        var fraction = Assert.Throws<ArgumentOutOfRangeException>(
            () => new Sweep(new SweepGrid(SmallSweep.Run(epochs: 3)).Over("train_fraction", 0.5, 1).Runs, File));
        Assert.StartsWith("The training fraction is 1; it has to leave at least one of the 49 equations on each side, such as 0.8.", fraction.Message);
        var modulus = Assert.Throws<ArgumentOutOfRangeException>(
            () => new Sweep([SmallSweep.Run(epochs: 3) with { Operation = Operation.Parse("/"), Modulus = 96 }], File));
        Assert.StartsWith("The modulus is 96; for '/' it has to be a prime from 2 to 1009, such as 97.", modulus.Message);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public void A_file_that_can_not_be_written_ends_the_sweep()
    {
        Assert.ThrowsAny<IOException>(() => new Sweep(SmallSweep.Grid.Runs, _folder["nowhere", "sweep.jsonl"]).Run());
        Directory.CreateDirectory(_folder["gone"]);
        var gone = Assert.ThrowsAny<IOException>(() => new Sweep(SmallSweep.Grid.Runs, _folder["gone", "sweep.jsonl"]).Run(new ProgressListener<SweepProgress>(progress =>
        {
            if (progress.Done == 2)
            {
                Directory.Delete(_folder["gone"], recursive: true);
            }
        })));
        Assert.Contains("sweep.jsonl", gone.Message);
    }

    [Fact]
    public void Numbers_that_make_no_sense_are_refused()
    {
        Assert.StartsWith(
            "The number of epochs to stop after is 0; it has to be at least 1, such as 100.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new Sweep([]) { StopAfter = 0 }).Message);
        Assert.StartsWith(
            "The number of runs at once is 0; it has to be at least 1, such as 2.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new Sweep([]) { AtOnce = 0 }).Message);
    }

    private static IEnumerable<RunResult> InOrder(IEnumerable<RunResult> runs)
    {
        var byCell = runs.ToDictionary(run => run.Settings);
        return SmallSweep.Grid.Runs.Where(byCell.ContainsKey).Select(cell => byCell[cell]);
    }
}
