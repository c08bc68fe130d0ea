using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Grokking.Reports;

/// <summary>A page that leads to the reports of several notebooks: title, opening words and first picture of each.</summary>
internal static partial class IndexPage
{
    public const string Name = "index.html";

    /// <summary>The page's HTML.</summary>
    /// <param name="reports">The runs, and the file that each one's page is in, beside this one.</param>
    public static string Of(IReadOnlyList<(NotebookRun Run, string Page)> reports)
    {
        var body = new StringBuilder();
        // What draws a picture (plotly.js) is the same in each notebook, and is needed once.
        var scripts = new HashSet<string>();
        foreach (var (run, page) in reports)
        {
            var markdown = new MarkdownText([]);
            var opening = run.Notebook.Cells is [{ Kind: CellKind.Markdown } first, ..]
                ? Paragraph().Match(markdown.ToHtml(first.Source, first: true)).Value
                : "";
            var title = WebUtility.HtmlEncode(markdown.Title ?? Path.GetFileNameWithoutExtension(page));
            var ended = run.Ended is not { } end ? ""
                : $"<p class=\"verdict\">The run {(end.Cell.State == CellState.Failed ? "failed" : "was stopped")} in cell {end.Number}.</p>";
            body.Append($"""
                <section class="cell prose">
                <h2><a href="{Uri.EscapeDataString(page)}">{title}</a></h2>
                {ended}
                {opening}
                </section>
                {Picture(run.Notebook, scripts)}

                """);
        }

        return PageFrame.Html("Reports", $"<main id=\"report\">\n<header><h1>Reports</h1></header>\n{body}</main>");
    }

    /// <summary>The first figure or image, after the scripts that were shown before it; empty where there is none.</summary>
    private static string Picture(Notebook notebook, HashSet<string> scripts)
    {
        var before = new StringBuilder();
        foreach (var output in notebook.Cells.SelectMany(cell => cell.Outputs).OfType<DisplayOutput>())
        {
            if (output.Forms.TryGetValue("text/html", out var html))
            {
                if (html.Contains("role=\"figure\"", StringComparison.Ordinal))
                {
                    return $"<div hidden>{before}</div>\n<div class=\"output html scroll\" data-name=\"First picture\">\n{html}\n</div>";
                }

                if (html.Contains("<script", StringComparison.Ordinal) && scripts.Add(html))
                {
                    before.Append(html);
                }
            }
            else if (output.Forms.TryGetValue("image/png", out var png))
            {
                return $"<div class=\"output image\"><img alt=\"First picture\" src=\"data:image/png;base64,{WebUtility.HtmlEncode(png.ReplaceLineEndings(""))}\"></div>";
            }
        }

        return "";
    }

    [GeneratedRegex("<p>.*?</p>", RegexOptions.Singleline)]
    private static partial Regex Paragraph();
}
