namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>A reader runs the notebook's cells in another order than its author meant.</summary>
[Collection(KernelCollection.Name)]
public sealed class OrderMistakeTests : IDisposable
{
    private static readonly string[] BeforeTraining =
        ["imports", "parameters", "dataset", "tokens-to-text", "split", "model", "optimizer", "history"];

    private readonly NotebookFile _notebook = new("grokking-mlp.ipynb");
    private readonly StdioKernel _kernel = new(Repository.Notebooks);

    public void Dispose() => _kernel.Dispose();

    [Fact]
    public void A_chart_before_training_says_to_train_first()
    {
        Run(BeforeTraining);

        Assert.StartsWith(
            "System.ArgumentException: The history has no epochs to draw yet: train the model first.",
            _kernel.Run(_notebook["loss-chart"]).Error);
    }

    [Fact]
    public void Training_before_the_cells_above_it_says_to_run_those()
    {
        Run("imports", "parameters");

        var train = _kernel.Run(_notebook["train"]);

        Assert.Contains("CS0103", train.Error);
        Assert.Equal("history, generator, first_batches, net, dataset, options, order: not made yet. Run the cells above this one first, from the top.\n", train.ErrorOutput);
    }

    [Fact]
    public void Any_cell_before_the_set_up_fails_and_works_once_the_set_up_was_run()
    {
        Assert.Contains("CS0246", _kernel.Run(_notebook["dataset"]).Error);
        Assert.Contains("CS0103", _kernel.Run(_notebook["train"]).Error);
        Assert.Contains("`CS0103` or `CS0246`", _notebook["title"]);

        Run("imports", "parameters", "dataset");
    }

    [Fact]
    public void The_set_up_and_any_other_cell_may_be_run_again()
    {
        Run(BeforeTraining);
        Run("imports", "imports", "dataset", "split", "model", "history", "history");
        _kernel.Run("num_epochs = 2;");

        Run("train", "loss-chart", "loss-chart", "evaluation", "evaluation", "principal-components", "circles-chart", "circles-chart");
    }

    [Fact]
    public void Training_again_after_changing_a_parameter_starts_afresh_and_says_so()
    {
        Run(BeforeTraining);
        _kernel.Run("num_epochs = 2;");
        var first = _kernel.Run(_notebook["train"]);
        _kernel.Run(_notebook["parameters"].Replace("20_000", "3", StringComparison.Ordinal).Replace("seed = 0", "seed = 1", StringComparison.Ordinal));
        var second = _kernel.Run(_notebook["train"]);
        _kernel.Run(_notebook["parameters"].Replace("20_000", "2", StringComparison.Ordinal));
        var third = _kernel.Run(_notebook["train"]);

        Assert.DoesNotContain("afresh", first.Output);
        Assert.StartsWith("Starting afresh with seed 1: the 2 epochs of the run before are dropped.", second.Output);
        Assert.StartsWith("Done: 3 epochs", Assert.Single(second.Shown("text/plain")));
        // Same seed, same run; another seed, another.
        Assert.StartsWith("Starting afresh with seed 0: the 3 epochs of the run before are dropped.", third.Output);
        Assert.Equal(LogLine(first), LogLine(third));
        Assert.NotEqual(LogLine(first), LogLine(second));

        static string LogLine(StdioKernel.CellRun run) => run.Output.Split('\n').Single(line => line.StartsWith("[1/", StringComparison.Ordinal)).TrimEnd();
    }

    [Fact]
    public void After_a_cell_that_fails_in_the_middle_the_next_ones_say_what_is_missing()
    {
        Run(BeforeTraining);
        Assert.NotNull(_kernel.Run("throw new Exception(\"in the middle\");").Error);

        var chart = _kernel.Run(_notebook["circles-chart"]);
        Assert.Equal("embed_weights_reduced, output_weights_reduced: not made yet. Run the cells above this one first, from the top.\n", chart.ErrorOutput);
        _kernel.Run("num_epochs = 1;");
        Run("train", "loss-chart");
    }

    private void Run(params string[] cells) => Assert.All(cells, cell => Assert.Null(_kernel.Run(_notebook[cell]).Error));
}
