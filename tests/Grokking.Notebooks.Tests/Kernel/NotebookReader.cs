using System.Text.RegularExpressions;

namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>Somebody who runs cells of a notebook, in whichever order.</summary>
internal sealed class NotebookReader(NotebookKernel kernel, string file = "grokking-mlp.ipynb")
{
    public NotebookFile Notebook { get; } = new(file);

    /// <summary>Runs a cell as it stands.</summary>
    public CellRun Run(string cell) => kernel.Run(Notebook[cell]);

    /// <summary>Starts a cell as it stands.</summary>
    public CellRun Start(string cell) => kernel.Start(Notebook[cell]);

    /// <summary>Runs cells that have to succeed.</summary>
    public void RunAll(params IEnumerable<string> cells)
    {
        foreach (var cell in cells)
        {
            var error = Run(cell).Error;
            Assert.True(error is null, $"The cell '{cell}' failed: {error}");
        }
    }

    /// <summary>Runs all that comes before training, and asks for so many epochs.</summary>
    public void PrepareTraining(int epochs, int seed = 0, string runFile = "")
    {
        RunAll("imports");
        SetParameters(epochs, seed, runFile);
        RunAll("dataset", "tokens-to-text");
        StartAfresh();
    }

    /// <summary>Runs from the cell that makes the split to the one before training.</summary>
    public void StartAfresh() => RunAll("split", "model", "optimizer", "history", "layer-norm");

    /// <summary>Edits the cell of the parameters, and runs it.</summary>
    public void SetParameters(int epochs, int seed = 0, string runFile = "")
    {
        var edited = Regex.Replace(Notebook["parameters"], "num_epochs = [0-9_]+", $"num_epochs = {epochs}")
            .Replace("seed = 0", $"seed = {seed}", StringComparison.Ordinal).Replace("run_file = \"\"", $"run_file = @\"{runFile}\"", StringComparison.Ordinal);
        Assert.Null(kernel.Run(edited).Error);
    }

    /// <summary>Runs the training cell to its end, and checks that it has the epochs it was asked for.</summary>
    /// <returns>The <see cref="Bits"/> of the run.</returns>
    public string Train()
    {
        var train = Run("train");
        Assert.True(train.Error is null, train.Error);
        Assert.Equal(Evaluate("num_epochs"), Evaluate("history.Count"));
        return Bits();
    }

    /// <summary>A hash of all bits of the weights, the generator of the batches' order and the history, but for its seconds.</summary>
    public string Bits()
    {
        var run = kernel.Run("""
            {
                using var bits = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
                foreach (var parameter in net.parameters())
                {
                    bits.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(parameter.data<float>().ToArray()));
                }

                bits.AppendData(RunState.Of(engine, order, history).Generator.Span);
                foreach (var epoch in history)
                {
                    bits.AppendData(System.Text.Encoding.UTF8.GetBytes((epoch with { Seconds = 0 }).ToString()));
                }

                Console.Write(Convert.ToHexString(bits.GetHashAndReset()));
            }
            """);
        Assert.True(run.Error is null, run.Error);
        Assert.Equal(64, run.Output.Length);
        return run.Output;
    }

    /// <summary>The value of an expression.</summary>
    public string Evaluate(string expression) => kernel.Run($"Console.Write({expression});").Output;
}
