using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Grokking.Cli;
using Grokking.Reports.Contents;
using Grokking.Runtime;

namespace Grokking.Reports;

/// <summary>A page that leads to the reports of several notebooks: title, opening words and first picture of each.</summary>
internal static partial class IndexPage
{
    public const string Name = "index.html";

    /// <summary>Writes it and says so.</summary>
    /// <returns>The process's exit code.</returns>
    public static int Write(string index, IReadOnlyList<(NotebookRun Run, string Page)> reports, RunView view)
    {
        try
        {
            AtomicFile.Write(index, Of(reports));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"The reports are written, but {index} can't be: {error.Message}");
            return ExitCode.Failed;
        }

        view.Say($"{PageJob.Sized(index)}) leads to them.");
        return ExitCode.Done;
    }

    /// <summary>The page's HTML.</summary>
    /// <param name="reports">The runs, and the file that each one's page is in, beside this one.</param>
    public static string Of(IReadOnlyList<(NotebookRun Run, string Page)> reports)
    {
        var body = new StringBuilder();
        foreach (var (run, page) in reports)
        {
            var markdown = new NotebookText([], new Pictures(run.Notebook.Folder));
            var opening = run.Notebook.Cells is [{ Kind: CellKind.Markdown } first, ..]
                ? Paragraph().Match(markdown.FromMarkdown(first.Source, first.Id, first.Attachments, first: true)).Value
                : "";
            var title = WebUtility.HtmlEncode(markdown.Title?.Text ?? Path.GetFileNameWithoutExtension(page));
            var ended = run.Ended is not { } end ? ""
                : $"<p class=\"verdict\">The run {(end.Cell.State == CellState.Failed ? "failed" : "was stopped")} in cell {end.Number}.</p>";
            body.Append($"""
                <section class="cell prose">
                <h2><a href="{Uri.EscapeDataString(page)}">{title}</a></h2>
                {ended}
                {opening}
                </section>
                {FirstPicture(run.Notebook)}

                """);
        }

        return PageFrame.Html("Reports", $"<main id=\"report\">\n<header><h1>Reports</h1></header>\n{body}</main>");
    }

    private static string FirstPicture(Notebook notebook) => notebook.Cells
        .SelectMany(cell => cell.Outputs).OfType<DisplayOutput>()
        .Select(output => OutputHtml.Picture(output.Forms, "First picture"))
        .FirstOrDefault(picture => picture is not null) ?? "";

    [GeneratedRegex("<p>.*?</p>", RegexOptions.Singleline)]
    private static partial Regex Paragraph();
}
