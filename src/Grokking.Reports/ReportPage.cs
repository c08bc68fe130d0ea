using System.Globalization;
using System.Net;
using System.Text;

namespace Grokking.Reports;

/// <summary>A run as one HTML page.</summary>
internal sealed class ReportPage
{
    /// <summary>Outputs of more lines than this scroll in a box of their own.</summary>
    private const int LongOutput = 60;

    private readonly NotebookRun _run;
    private readonly IReadOnlyDictionary<string, string> _code;
    private readonly MarkdownText _markdown = new(["report", "code-toggle"]);
    private readonly StringBuilder _cells = new();

    private ReportPage(NotebookRun run, IReadOnlyDictionary<string, string> code) => (_run, _code) = (run, code);

    /// <summary>The page's HTML.</summary>
    /// <param name="run">A run that is over.</param>
    /// <param name="shown">The notebook as the caller named it.</param>
    public static async Task<string> OfAsync(NotebookRun run, string shown) =>
        new ReportPage(run, await CodeColours.OfAsync(run.Notebook)).Write(shown);

    private string Write(string shown)
    {
        foreach (var cell in _run.Notebook.Cells)
        {
            WriteCell(cell);
        }

        var title = _markdown.Title ?? Path.GetFileNameWithoutExtension(_run.Notebook.Path);
        return PageFrame.Html(title, $"""
            <aside aria-label="About this page">
            {Contents()}
            <button type="button" id="code-toggle" hidden>Hide code</button>
            </aside>
            <main id="report">
            <header>
            <h1>{Escape(title)}</h1>
            {RunLine(shown)}
            {Verdict()}
            </header>
            {_cells}
            </main>
            """);
    }

    private string Contents()
    {
        if (_markdown.Headings.Count == 0)
        {
            return "";
        }

        var items = string.Concat(_markdown.Headings.Where(h => h.Level <= 4).Select(h =>
            $"<li class=\"level-{h.Level}\"><a href=\"#{Escape(h.Id)}\">{Escape(h.Text)}</a></li>\n"));
        return $"<nav aria-label=\"Contents\"><details open><summary>Contents</summary>\n<ul>\n{items}</ul>\n</details></nav>";
    }

    private string RunLine(string shown)
    {
        var parameters = _run.Parameters.Count == 0 ? "" : " with " + string.Join(", ", _run.Parameters.Select(p => $"<code>{Escape($"{p.Name} = {p.Value}")}</code>"));
        var started = _run.Started.ToUniversalTime();
        return $"""
            <p class="run">Ran <code>{Escape(shown)}</code>{parameters} on <time datetime="{started:yyyy-MM-ddTHH:mm:ssZ}">{started.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture)}</time> in {RunView.Duration(_run.Elapsed)}.<br>
            {Escape(string.Join(" · ", _run.Versions))}</p>
            """;
    }

    private string Verdict() => _run.Ended is not { } ended ? "" : $"""
        <p class="verdict">The run {(ended.Cell.State == CellState.Failed ? "failed" : "was stopped")} in <a href="#cell-{ended.Cell.Id}">cell {ended.Number}</a>. The cells after it did not run.</p>
        """;

    private void WriteCell(NotebookCell cell)
    {
        if (cell.Kind == CellKind.Markdown)
        {
            var html = _markdown.ToHtml(cell.Source, first: cell == _run.Notebook.Cells[0]);
            if (html.Length > 0)
            {
                _cells.Append(CultureInfo.InvariantCulture, $"<section class=\"cell prose\" id=\"cell-{cell.Id}\">\n{html}{Permalink(cell, "this text")}</section>\n");
            }
        }
        else if (cell.IsRunnable)
        {
            WriteCode(cell);
        }
    }

    private void WriteCode(NotebookCell cell)
    {
        var name = cell.ExecutionCount is { } count ? $"cell {count}" : "cell that did not run";
        var state = cell.State switch
        {
            CellState.Done => RunView.Duration(cell.Elapsed),
            CellState.Failed => $"failed after {RunView.Duration(cell.Elapsed)}",
            CellState.Stopped => $"stopped after {RunView.Duration(cell.Elapsed)}",
            _ => "not run",
        };
        _cells.Append(CultureInfo.InvariantCulture, $"""
            <section class="cell {cell.State.ToString().ToLowerInvariant()}" id="cell-{cell.Id}">
            <details class="code" open>
            <summary><span class="number">{(cell.ExecutionCount is { } n ? $"Cell {n}" : "Cell")}</span> <code class="first">{Escape(cell.FirstLine)}</code> <span class="time">{state}</span></summary>
            <pre class="scroll" data-name="Code of {name}"><code>{_code[cell.Id]}</code></pre>
            </details>
            {Permalink(cell, name)}

            """);
        foreach (var output in cell.Outputs)
        {
            _cells.Append(Output(output, name)).Append('\n');
        }

        _cells.Append("</section>\n");
    }

    private static string Permalink(NotebookCell cell, string name) =>
        $"<a class=\"permalink\" href=\"#cell-{cell.Id}\" aria-label=\"Link to {name}\">#</a>";

    private string Output(CellOutput output, string cell) => output switch
    {
        StreamOutput stream => Pre(stream.Name, stream.Text, cell),
        ErrorOutput error => Error(error),
        DisplayOutput display => Display(display.Forms, cell),
        _ => throw new ArgumentOutOfRangeException(nameof(output), output, "No such output."),
    };

    private string Display(IReadOnlyDictionary<string, string> forms, string cell)
    {
        if (forms.TryGetValue("text/html", out var html))
        {
            return $"<div class=\"output html scroll\" data-name=\"Output of {cell}\">\n{html}\n</div>";
        }

        if (forms.TryGetValue("image/svg+xml", out var svg))
        {
            return $"<div class=\"output image\"><img alt=\"Image shown by {cell}\" src=\"data:image/svg+xml;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(svg))}\"></div>";
        }

        foreach (var mime in new[] { "image/png", "image/jpeg", "image/gif", "image/webp" })
        {
            if (forms.TryGetValue(mime, out var base64))
            {
                return $"<div class=\"output image\"><img alt=\"Image shown by {cell}\" src=\"data:{mime};base64,{Escape(base64.ReplaceLineEndings(""))}\"></div>";
            }
        }

        if (forms.TryGetValue("text/markdown", out var markdown))
        {
            return $"<div class=\"output prose\">\n{_markdown.ToHtml(markdown, first: false)}</div>";
        }

        return Pre("plain", forms.TryGetValue("text/plain", out var text) ? text : forms.First().Value, cell);
    }

    private static string Pre(string kind, string text, string cell)
    {
        text = text.TrimEnd('\n');
        var lines = text.Count(c => c == '\n') + 1;
        var (size, note) = lines > LongOutput ? (" long", $"\n<p class=\"paper\">Paper shows the first of {lines:N0} lines.</p>") : ("", "");
        return $"<pre class=\"output {kind} scroll{size}\" data-name=\"Output of {cell}\">{TerminalText.ToHtml(text)}</pre>{note}";
    }

    private static string Error(ErrorOutput error)
    {
        var trace = error.Trace.Count == 0 ? "" :
            $"<details><summary>Where it was thrown</summary><pre class=\"scroll\" data-name=\"Stack trace\">{TerminalText.ToHtml(string.Join('\n', error.Trace))}</pre></details>";
        return $"<div class=\"output error\"><pre class=\"scroll\" data-name=\"Error message\"><strong>{Escape(error.Name)}</strong>: {TerminalText.ToHtml(error.Message)}</pre>{trace}</div>";
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
