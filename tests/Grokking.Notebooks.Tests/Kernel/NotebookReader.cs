namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>Somebody who runs cells of <c>grokking-mlp.ipynb</c>, in whichever order.</summary>
internal sealed class NotebookReader(NotebookKernel kernel)
{
    public NotebookFile Notebook { get; } = new("grokking-mlp.ipynb");

    /// <summary>Runs a cell as it stands.</summary>
    public CellRun Run(string cell) => kernel.Run(Notebook[cell]);

    /// <summary>Starts a cell as it stands.</summary>
    public CellRun Start(string cell) => kernel.Start(Notebook[cell]);

    /// <summary>Starts the training cell with libtorch's autograd: an epoch takes long enough to be stopped in the middle.</summary>
    public CellRun StartSlowTraining() => kernel.Start(Notebook["train"].Replace("FusedEngine", "AutogradEngine", StringComparison.Ordinal));

    /// <summary>Runs cells that have to succeed.</summary>
    public void RunAll(params string[] cells) =>
        Assert.All(cells, cell => Assert.True(Run(cell) is { Error: null }, $"The cell '{cell}' failed."));

    /// <summary>Runs all that comes before training, and asks for so many epochs.</summary>
    public void PrepareTraining(int epochs)
    {
        RunAll("imports", "parameters", "dataset", "tokens-to-text", "split", "model", "optimizer", "history");
        SetParameters(epochs);
    }

    /// <summary>Edits the cell of the parameters, and runs it.</summary>
    public void SetParameters(int epochs, int seed = 0)
    {
        var edited = Notebook["parameters"]
            .Replace("20_000", $"{epochs}", StringComparison.Ordinal).Replace("seed = 0", $"seed = {seed}", StringComparison.Ordinal);
        Assert.Null(kernel.Run(edited).Error);
    }

    /// <summary>The value of an expression.</summary>
    public string Evaluate(string expression) => kernel.Run($"Console.Write({expression});").Output;
}
