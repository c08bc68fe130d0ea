using System.Globalization;

namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>A run in the notebook that is stopped, looked at, gone on with, and kept.</summary>
[Collection(KernelCollection.Name)]
public sealed class StopAndGoOnTests(SharedKernels kernels, ITestOutputHelper output) : IDisposable
{
    private const int Endless = 1_000_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("grokking-kept-").FullName;

    public static TheoryData<KernelHost> Hosts => [KernelHost.VSCode, KernelHost.Jupyter];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Hosts))]
    public void A_run_that_was_stopped_and_run_again_is_the_run_that_was_not(KernelHost host)
    {
        var reader = new NotebookReader(kernels[host]);
        reader.PrepareTraining(Endless);
        var training = Stopped(reader);
        var stopped = Count(reader);
        Assert.InRange(stopped, 1, Endless - 1);
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"Stopped at epoch {stopped:N0} of 1,000,000 in "), Assert.Single(training.Shown("text/plain")));

        // Its last words: the cell went on to its end.
        Assert.Contains("Total training time: ", training.Output);

        reader.SetParameters(stopped + 20);
        var more = reader.Run("train");
        Assert.StartsWith(
            string.Create(CultureInfo.InvariantCulture, $"Done: {stopped + 20:N0} epochs, the last 20 in "), Assert.Single(more.Shown("text/plain")));
        var bits = reader.Bits();

        reader.StartAfresh();
        Assert.Equal(reader.Train(), bits);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void From_the_cell_of_the_split_on_each_run_is_the_same(KernelHost host)
    {
        var reader = new NotebookReader(kernels[host]);
        reader.PrepareTraining(epochs: 20);
        var first = reader.Train();
        reader.StartAfresh();
        var second = reader.Train();
        reader.SetParameters(epochs: 20, seed: 1);
        reader.StartAfresh();
        var other = reader.Train();

        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public void The_notebooks_loop_and_the_librarys_make_the_same_run()
    {
        var kernel = kernels[KernelHost.VSCode];
        var reader = new NotebookReader(kernel);
        reader.PrepareTraining(epochs: 30);
        var loop = reader.Train();
        reader.StartAfresh();
        Assert.Null(kernel.Run("new Trainer(engine, order, history).Train(num_epochs);").Error);

        Assert.Equal(loop, reader.Bits());
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Under_Run_All_a_stop_ends_the_training_for_good_and_the_cells_below_show_what_there_is(KernelHost host)
    {
        var reader = new NotebookReader(kernels[host]);
        var cells = reader.Notebook.Code.ToList();
        var train = cells.IndexOf("train");
        reader.RunAll(cells[..train]);
        Stopped(reader);
        var stopped = Count(reader);
        reader.RunAll(cells[(train + 1)..]);

        Assert.Equal(stopped, Count(reader));
        Assert.Equal(
            string.Create(CultureInfo.InvariantCulture, $"[chart] Loss Curve: Train Loss, {stopped:N0} points; Val Loss, {stopped:N0} points"),
            Assert.Single(reader.Run("loss-chart").Shown("text/plain")));
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void A_run_that_was_kept_outlives_its_kernel_and_is_the_run_that_never_ended(KernelHost host)
    {
        var file = Path.Combine(_folder, "kept.run.safetensors");
        using (var kernel = NotebookKernel.Open(host, Repository.Notebooks))
        {
            var reader = new NotebookReader(kernel);
            reader.PrepareTraining(epochs: 25, runFile: file);
            Assert.Equal("", reader.Run("go-on").Output);
            reader.Train();
            Assert.Equal($"Kept 25 epochs in {file}.\n", reader.Run("keep").Output);

            // It dies in the midst of an epoch that is in no file.
            reader.SetParameters(Endless, runFile: file);
            reader.Start("train").Until(run => run.Output.Contains("[101/", StringComparison.Ordinal));
        }

        using (var kernel = NotebookKernel.Open(host, Repository.Notebooks))
        {
            var reader = new NotebookReader(kernel);
            reader.PrepareTraining(epochs: 60, runFile: file);
            Assert.Equal($"{file} has 25 epochs.\n", reader.Run("go-on").Output);
            var goneOn = reader.Train();
            reader.RunAll("keep", "loss-chart");
            reader.StartAfresh();

            Assert.Equal(reader.Train(), goneOn);
        }
    }

    [Fact]
    public void What_is_inside_the_network_can_be_seen_of_a_run_that_was_kept()
    {
        var kernel = kernels[KernelHost.VSCode];
        var file = Path.Combine(_folder, "kept.run.safetensors");
        var first = new NotebookReader(kernel);
        first.PrepareTraining(epochs: 40, runFile: file);
        var bits = first.Train();
        var snapshots = first.Evaluate("snapshots.Count");
        first.RunAll("keep");

        var second = new NotebookReader(kernel, "inside-the-network.ipynb");
        second.RunAll("imports");
        second.SetParameters(epochs: 40, runFile: file);
        var cells = second.Notebook.Code.SkipWhile(cell => cell != "network").ToList();
        second.RunAll(cells[0]);
        Assert.Equal("Nothing to do: there are 40 of 40 epochs already.\n", second.Run(cells[1]).Output);
        Assert.Equal(bits, second.Bits());
        Assert.Equal(snapshots, second.Evaluate("snapshots.Count"));
        second.RunAll(cells[2..]);
    }

    [Fact]
    public void A_run_that_has_its_epochs_is_not_trained_on()
    {
        var reader = new NotebookReader(kernels[KernelHost.VSCode]);
        reader.PrepareTraining(epochs: 2);
        var bits = reader.Train();

        Assert.StartsWith("Nothing to do: there are 2 of 2 epochs already.\n", reader.Run("train").Output);
        Assert.Equal(bits, reader.Bits());
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_training_with_a_sentence()
    {
        var kernel = kernels[KernelHost.VSCode];
        var reader = new NotebookReader(kernel);
        reader.PrepareTraining(epochs: 50);
        Assert.Null(kernel.Run(reader.Notebook["optimizer"].Replace("1e-3", "1e30", StringComparison.Ordinal)).Error);
        var train = reader.Run("train");

        Assert.Null(train.Error);
        var count = Count(reader);
        Assert.InRange(count, 1, 5);
        Assert.Matches($"^Stopped, because the (train|val) loss is no finite number, at epoch {count} of 50 in ", Assert.Single(train.Shown("text/plain")));
    }

    private CellRun Stopped(NotebookReader reader)
    {
        var training = reader.Start("train").Until(run => run.Output.Contains("[1/", StringComparison.Ordinal));
        output.WriteLine($"Stopped after {training.Stop().TotalMilliseconds:N0} ms.");
        return training;
    }

    private static int Count(NotebookReader reader) => int.Parse(reader.Evaluate("history.Count"), CultureInfo.InvariantCulture);
}
