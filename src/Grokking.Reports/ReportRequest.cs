using Grokking.Cli;
using Grokking.Runtime;

namespace Grokking.Reports;

/// <summary>
/// <c>report</c>: runs notebooks and writes each as an HTML page and an executed notebook, and a page that leads to them
/// where several were asked for.
/// </summary>
/// <param name="Notebooks">The notebooks, or folders of them.</param>
/// <param name="Output">The page to write, or null.</param>
/// <param name="Parameters">NAME=VALUE each.</param>
public sealed record ReportRequest(IReadOnlyList<string> Notebooks, string? Output, IReadOnlyList<string> Parameters)
{
    /// <summary>What is on the disk is at most about this much older than the run.</summary>
    private static readonly TimeSpan Behind = TimeSpan.FromSeconds(2);

    /// <summary>Does it.</summary>
    /// <returns>The process's exit code.</returns>
    /// <exception cref="RequestException">The request makes no sense.</exception>
    public async Task<int> RunAsync()
    {
        var parameters = ParameterValues.Parse(Parameters);
        var jobs = PageJob.Plan(Notebooks, Output, executes: true);
        jobs.ForEach(job => job.Notebook.PrepareToRun(job.Name));
        KernelTool.Fetch();
        // On one core, while the first kernel starts on another.
        var compiling = Task.Run(() => jobs.ForEach(job => ParameterValues.Inject(job.Notebook, parameters)));
        var reports = new List<(NotebookRun Run, string Page)>();
        using var view = RunView.ForStandardOutput();
        using var interruption = new Interruption(() => view.Say("Stopping; Ctrl+C again ends at once."));
        var exitCode = ExitCode.Done;
        foreach (var job in jobs)
        {
            using var kernel = KernelProcess.Start(job.Notebook.Folder, job.Notebook.Language);
            await compiling;
            if (jobs.Count > 1)
            {
                view.Say(job.Name);
            }

            var run = new NotebookRun { Notebook = job.Notebook, Parameters = parameters };
            reports.Add((run, Path.GetFileName(job.Page)));
            exitCode = Math.Max(exitCode, await RunAsync(job, run, kernel, view, interruption));
            if (interruption.Token.IsCancellationRequested && reports.Count < jobs.Count)
            {
                exitCode = Math.Max(exitCode, interruption.ExitCode);
                break;
            }
        }

        if (PageJob.HasIndex(Notebooks, jobs))
        {
            exitCode = Math.Max(exitCode, IndexPage.Write(jobs[0].Index, reports, view));
        }

        return exitCode;
    }

    private static async Task<int> RunAsync(PageJob job, NotebookRun run, KernelProcess kernel, RunView view, Interruption interruption)
    {
        var page = new ReportPage(run.Notebook, job.Shown);
        using var over = new CancellationTokenSource();
        var writing = WriteAsItGoesAsync(job, run, page, over.Token);
        await new NotebookRunner(view).RunAsync(run, kernel, interruption.Token);
        await over.CancelAsync();
        await writing;
        try
        {
            await WriteAsync(job, run, page);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{job.Name} ran, but its report can't be written: {error.Message}");
            return ExitCode.Failed;
        }

        if (page.NotFetched is { } line)
        {
            view.Say(line);
        }

        switch (run.Ended)
        {
            case null:
                view.Say($"{PageJob.Sized(job.Page)}, {RunView.Duration(run.Elapsed)})");
                return ExitCode.Done;
            case (var number, { State: CellState.Failed } cell):
                Console.Error.WriteLine(Sentence(job, number, cell));
                return ExitCode.Failed;
            case (var number, _):
                Console.Error.WriteLine($"{job.Name} was stopped in cell {number}, and {PageJob.Short(job.Page)} shows what was finished.");
                return interruption.ExitCode;
        }
    }

    /// <summary>An end of any kind leaves what was done, marked as unfinished.</summary>
    private static async Task WriteAsItGoesAsync(PageJob job, NotebookRun run, ReportPage page, CancellationToken over)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Behind, over);
                try
                {
                    await WriteAsync(job, run, page);
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    // There may be room again by the next time; at the end it is said.
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static async Task WriteAsync(PageJob job, NotebookRun run, ReportPage page)
    {
        await page.Coloured;
        string executed, html;
        lock (run.Lock)
        {
            PapermillRecord.Write(run);
            (executed, html) = (run.Notebook.ToJson(), page.Of(run));
        }

        AtomicFile.Write(job.Executed, executed);
        AtomicFile.Write(job.Page, html);
    }

    /// <summary>What ended the run, in one line.</summary>
    private static string Sentence(PageJob job, int number, NotebookCell cell)
    {
        var error = cell.Outputs.OfType<ErrorOutput>().Last();
        var page = PageJob.Short(job.Page);
        if (error.Name == CellFailure.KernelEnded)
        {
            return $"{job.Name}: the kernel ended in cell {number} {error.Message}, and {page} shows what was done before.";
        }

        var message = error.Message.Split('\n')[0].Trim().TrimEnd('.');
        return $"{job.Name}: cell {number} failed, and {page} shows where: {(error.Name == CellFailure.CompilerError ? message : message.Length == 0 ? error.Name : $"{error.Name}: {message}")}.";
    }
}
