using System.Globalization;

namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>The stop button while the network trains.</summary>
[Collection(KernelCollection.Name)]
public sealed class StopAndGoOnTests(SharedKernels kernels, ITestOutputHelper output)
{
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(KernelHost.VSCode, 20_000, 0)]
    [InlineData(KernelHost.VSCode, 20_000, 50)]
    [InlineData(KernelHost.VSCode, 60, 58)]
    [InlineData(KernelHost.Jupyter, 20_000, 0)]
    [InlineData(KernelHost.Jupyter, 20_000, 50)]
    [InlineData(KernelHost.Jupyter, 60, 58)]
    public void Training_stops_within_a_second_says_where_and_goes_on(KernelHost host, int epochs, int seen)
    {
        var reader = new NotebookReader(kernels[host]);
        reader.PrepareTraining(epochs);
        var training = reader.StartSlowTraining().Until(run => LatestEpoch(run) >= seen);

        var latency = training.Stop();

        output.WriteLine($"{host}: stopped after {latency.TotalMilliseconds:N0} ms");
        Assert.True(latency < AtMost, $"It took {latency.TotalMilliseconds:N0} ms.");
        var stopped = int.Parse(reader.Evaluate("history.Count"), CultureInfo.InvariantCulture);
        Assert.InRange(stopped, seen, epochs);
        Assert.StartsWith(
            stopped < epochs ? $"Stopped at epoch {stopped:N0} of {epochs:N0}" : $"Done: {epochs:N0} epochs",
            Assert.Single(training.Shown("text/plain")));

        // What there is can be looked at, and training goes on from there.
        if (stopped > 0)
        {
            reader.RunAll("loss-chart", "accuracy-chart", "norm-chart");
        }

        reader.RunAll("evaluation", "principal-components", "circles-chart");
        reader.SetParameters(stopped + 2);
        var more = reader.Run("train-on");
        Assert.StartsWith($"Done: {stopped + 2:N0} epochs", Assert.Single(more.Shown("text/plain")));
        Assert.Equal($"{stopped + 2}", reader.Evaluate("history.Count"));
    }

    [Theory]
    [InlineData(KernelHost.VSCode)]
    [InlineData(KernelHost.Jupyter)]
    public void A_run_that_was_stopped_and_went_on_is_the_run_that_was_not(KernelHost host)
    {
        var reader = new NotebookReader(kernels[host]);
        reader.PrepareTraining(epochs: 1_000_000);
        reader.Start("train").Until(run => LatestEpoch(run) >= 0).Stop();
        var stopped = int.Parse(reader.Evaluate("history.Count"), CultureInfo.InvariantCulture);
        reader.SetParameters(stopped + 1);
        reader.RunAll("train-on");
        var gone_on = reader.Evaluate("history[^1].TrainingLoss");

        reader.RunAll("train");

        Assert.Equal(gone_on, reader.Evaluate("history[^1].TrainingLoss"));
    }

    [Fact]
    public void A_run_that_has_its_epochs_is_not_trained_on()
    {
        var reader = new NotebookReader(kernels[KernelHost.VSCode]);
        reader.PrepareTraining(epochs: 2);
        reader.RunAll("train");

        Assert.Equal("Nothing to train: the run has its 2 epochs.\n", reader.Run("train-on").Output);
    }

    [Fact]
    public void Each_run_has_a_bar_of_its_own_that_moves_at_most_300_times()
    {
        var reader = new NotebookReader(kernels[KernelHost.VSCode]);
        reader.PrepareTraining(epochs: 310);

        var first = reader.Run("train").UpdatedIds;
        var second = reader.Run("train").UpdatedIds;

        Assert.InRange(first.Count, 2, 300);
        Assert.NotEqual(Assert.Single(first.Distinct()), Assert.Single(second.Distinct()));
    }

    private static int LatestEpoch(CellRun run) =>
        run.Shown("text/plain") is [.., var latest] && latest.StartsWith("Epoch ", StringComparison.Ordinal)
            ? int.Parse(latest.Split(' ')[1], NumberStyles.AllowThousands, CultureInfo.InvariantCulture)
            : run.Shown("text/plain") is [.., ['D', ..]] ? int.MaxValue : -1;
}
