namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>The stop button while the network trains.</summary>
[Collection(KernelCollection.Name)]
public sealed class StopAndGoOnTests : IDisposable
{
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(1);

    private readonly NotebookFile _notebook = new("grokking-mlp.ipynb");
    private readonly StdioKernel _kernel = new(Repository.Notebooks);

    public StopAndGoOnTests() =>
        Run("imports", "parameters", "dataset", "tokens-to-text", "split", "model", "optimizer", "history");

    public void Dispose() => _kernel.Dispose();

    [Theory]
    [InlineData(20_000, 0)]
    [InlineData(20_000, 5)]
    [InlineData(8, 7)]
    public void Training_stops_within_a_second_says_where_and_goes_on(int epochs, int seen)
    {
        _kernel.Run($"num_epochs = {epochs};");
        var training = _kernel.Start(_notebook["train"]).Until(run => LatestEpoch(run) >= seen);

        var latency = training.Stop();

        Assert.True(latency < AtMost, $"It took {latency.TotalMilliseconds:N0} ms.");
        var end = Assert.Single(training.Shown("text/plain"));
        var stopped = int.Parse(_kernel.Run("Console.Write(history.Count);").Output, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(stopped, seen, epochs);
        Assert.StartsWith(stopped < epochs ? $"Stopped at epoch {stopped:N0} of {epochs:N0}" : $"Done: {epochs:N0} epochs", end);

        // What there is can be looked at, and training goes on from there.
        if (stopped > 0)
        {
            Run("loss-chart", "accuracy-chart", "norm-chart");
        }

        Run("evaluation", "principal-components", "circles-chart");
        _kernel.Run($"num_epochs = {stopped + 2};");
        var more = _kernel.Run(_notebook["train-on"]);
        Assert.Null(more.Error);
        Assert.StartsWith($"Done: {stopped + 2:N0} epochs", Assert.Single(more.Shown("text/plain")));
        Assert.Equal($"{stopped + 2}", _kernel.Run("Console.Write(history.Count);").Output);
    }

    [Fact]
    public void A_run_that_has_its_epochs_is_not_trained_on()
    {
        _kernel.Run("num_epochs = 1;");
        Run("train");

        Assert.Equal("Nothing to train: the run has its 1 epochs.", _kernel.Run(_notebook["train-on"]).Output.Trim());
    }

    [Fact]
    public void Each_run_has_a_bar_of_its_own()
    {
        _kernel.Run("num_epochs = 2;");

        var first = _kernel.Run(_notebook["train"]).Updates("text/html").Select(update => update.Id).Distinct();
        var second = _kernel.Run(_notebook["train"]).Updates("text/html").Select(update => update.Id).Distinct();

        Assert.NotEqual(Assert.Single(first), Assert.Single(second));
    }

    private static int LatestEpoch(StdioKernel.CellRun run) =>
        run.Updates("text/plain") is [.., { Value: var latest }] && latest.StartsWith("Epoch ", StringComparison.Ordinal)
            ? int.Parse(latest.Split(' ')[1].Replace(",", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture)
            : -1;

    private void Run(params string[] cells) => Assert.All(cells, cell => Assert.Null(_kernel.Run(_notebook[cell]).Error));
}
