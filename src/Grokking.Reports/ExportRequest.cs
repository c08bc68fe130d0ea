using System.Diagnostics;
using Grokking.Cli;
using Grokking.Runtime;

namespace Grokking.Reports;

/// <summary><c>export</c>: writes notebooks as HTML pages of the outputs that are saved in them. Nothing is run.</summary>
/// <param name="Notebooks">The notebooks, or folders of them.</param>
/// <param name="Output">The page to write, or null.</param>
public sealed record ExportRequest(IReadOnlyList<string> Notebooks, string? Output)
{
    /// <summary>Does it.</summary>
    /// <returns>The process's exit code.</returns>
    /// <exception cref="RequestException">The request makes no sense.</exception>
    public int Run()
    {
        var jobs = PageJob.Plan(Notebooks, Output, executes: false);
        using var view = RunView.ForStandardOutput();
        var exports = new List<(NotebookRun Run, string Page)>();
        foreach (var job in jobs)
        {
            var clock = Stopwatch.StartNew();
            var saved = new NotebookRun { Notebook = job.Notebook, Parameters = [], IsSaved = true, IsOver = true };
            var page = new ReportPage(job.Notebook, job.Shown);
            exports.Add((saved, Path.GetFileName(job.Page)));
            try
            {
                AtomicFile.Write(job.Page, page.Of(saved));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"{job.Page} can't be written: {error.Message}");
                return ExitCode.Failed;
            }

            if (page.NotFetched is { } line)
            {
                view.Say(line);
            }

            view.Say($"{PageJob.Sized(job.Page)}, {RunView.Duration(clock.Elapsed)})");
        }

        return PageJob.HasIndex(Notebooks, jobs) ? IndexPage.Write(jobs[0].Index, exports, view) : ExitCode.Done;
    }
}
