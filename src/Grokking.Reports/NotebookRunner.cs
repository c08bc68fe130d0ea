using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Grokking.Reports;

/// <summary>Runs a notebook's cells, in order, in a kernel.</summary>
/// <param name="view">Told of each cell, and of what moves in it.</param>
internal sealed class NotebookRunner(RunView view)
{
    /// <summary>How long a cell that was asked to stop may take to show how far it came.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>The versions of what makes a notebook's numbers, where it has loaded them; for the page's head.</summary>
    private const string Versions = """
        string.Join('\n', System.AppDomain.CurrentDomain.GetAssemblies()
            .Where(a => a.GetName().Name is "TorchSharp" or "Plotly.NET")
            .Select(a => a.GetName().Name + " " + (System.Attribute.GetCustomAttribute(a, typeof(System.Reflection.AssemblyInformationalVersionAttribute)) as System.Reflection.AssemblyInformationalVersionAttribute)?.InformationalVersion.Split('+')[0])
            .OrderByDescending(text => text)).DisplayAs("text/plain");
        """;

    /// <summary>Runs until the end, the first cell that fails, or the token. Outputs go into the notebook's cells as they come.</summary>
    /// <param name="run">The run that begins here.</param>
    /// <param name="kernel">What runs it: started, and not used before.</param>
    /// <param name="stop">Ends the run, after the running cell has shown how far it came.</param>
    public async Task RunAsync(NotebookRun run, KernelProcess kernel, CancellationToken stop)
    {
        var notebook = run.Notebook;
        var clock = Stopwatch.StartNew();
        var cells = notebook.Cells.Where(cell => cell.IsRunnable).ToList();
        var submissions = cells.Index().ToDictionary(cell => Token(cell.Index), cell => cell.Item);
        var recorder = new OutputRecorder(run, submissions, view.Progress);
        var versions = "";
        kernel.Heard = heard =>
        {
            recorder.Add(heard);
            if (heard is { Submission: nameof(Versions), Type: "DisplayedValueProduced" })
            {
                versions = (string)heard.Content["formattedValues"]![0]!["value"]!;
            }
        };
        run.Versions = [RuntimeInformation.FrameworkDescription, $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}", KernelTool.Product];
        await Task.WhenAny(kernel.Prepared, Task.Delay(Timeout.Infinite, stop));
        for (var i = 0; i < cells.Count && run.Ended is null; i++)
        {
            if (!stop.IsCancellationRequested)
            {
                view.CellStarted(i + 1, cells.Count, cells[i].FirstLine);
                await RunCellAsync(kernel, run, cells[i], i, stop);
                view.CellFinished(cells[i].State, cells[i].Elapsed);
            }

            run.Elapsed = clock.Elapsed;
            run.Ended = cells[i].State is CellState.Done or CellState.Raised ? null : (i + 1, cells[i]);
        }

        if (kernel.Ended is null && !stop.IsCancellationRequested)
        {
            await Task.WhenAny(kernel.SubmitAsync(nameof(Versions), Versions, "csharp"), Task.Delay(TimeSpan.FromSeconds(5), stop));
            run.Versions = [.. run.Versions, .. versions.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        }

        run.Elapsed = clock.Elapsed;
        run.IsOver = true;
    }

    private static string Token(int cell) => cell.ToString(CultureInfo.InvariantCulture);

    private static async Task RunCellAsync(KernelProcess kernel, NotebookRun run, NotebookCell cell, int index, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        lock (run.Lock)
        {
            (cell.ExecutionCount, cell.State) = (index + 1, CellState.Running);
        }

        var language = cell.Language;
        using var deaf = new CancellationTokenSource();
        using var killing = deaf.Token.Register(kernel.Kill);
        using var stopping = stop.Register(() =>
        {
            kernel.Cancel(language);
            deaf.CancelAfter(Grace);
        });
        var end = await kernel.SubmitAsync(Token(index), cell.Source, language);
        lock (run.Lock)
        {
            cell.Elapsed = clock.Elapsed;
            cell.State = end?.Type == "CommandSucceeded" ? CellState.Done
                : stop.IsCancellationRequested ? CellState.Stopped
                : cell.Tags.MayFail && end is not null ? CellState.Raised
                : CellState.Failed;
            if (cell.State is CellState.Failed or CellState.Raised)
            {
                cell.Outputs.Add(end is null ? CellFailure.KernelEnd(kernel) : CellFailure.Describe((string?)end.Content["message"] ?? ""));
            }
        }
    }
}
