using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Grokking.Reports.Contents;
using Grokking.Reports.Formulas;

namespace Grokking.Reports;

/// <summary>A run as one HTML page.</summary>
internal sealed partial class ReportPage
{
    /// <summary>Outputs of more lines than this scroll in a box of their own.</summary>
    private const int LongOutput = 60;

    private readonly Notebook _notebook;
    private readonly string _shown;
    private readonly Task<IReadOnlyDictionary<string, string>> _code;
    private Pictures _pictures;
    private NotebookText _text;
    private NotebookRun _run = null!;
    private List<Func<string>> _html = [];
    private int _texts;

    /// <param name="notebook">The notebook; its code is coloured from now on.</param>
    /// <param name="shown">The notebook as its reader would name it.</param>
    public ReportPage(Notebook notebook, string shown)
    {
        (_notebook, _shown) = (notebook, shown);
        _code = Task.Run(() => CodeColours.Of(notebook));
        Begin();
    }

    /// <summary>Done when the page can be made without waiting.</summary>
    public Task Coloured => _code;

    /// <summary>What to say of the pictures that were left at their address; null where there are none.</summary>
    public string? NotFetched => _pictures.NotFetched switch
    {
        0 => null,
        1 => "1 picture is on the network and was not fetched; the page has its address.",
        var count => $"{count} pictures are on the network and were not fetched; the page has their addresses.",
    };

    /// <summary>The page's HTML.</summary>
    /// <param name="run">The run, over or not.</param>
    public string Of(NotebookRun run)
    {
        _run = run;
        Begin();
        foreach (var cell in _notebook.Cells)
        {
            WriteCell(cell);
        }

        var title = _text.Title ?? new Heading(1, "title", Path.GetFileNameWithoutExtension(_notebook.Path));
        return PageFrame.Html(title.Text, _text.WithLinks($"""
            <aside aria-label="About this page">
            {Contents()}
            <button type="button" id="code-toggle" hidden>Hide code</button>
            </aside>
            <main id="report">
            <header>
            <h1 id="{Escape(title.Id)}">{Escape(title.Text)}</h1>
            {(_run.IsSaved ? SavedLine() : RunLine())}
            {Verdict()}
            </header>
            {string.Concat(_html.Select(part => part()))}
            </main>
            """));
    }

    [MemberNotNull(nameof(_pictures), nameof(_text))]
    private void Begin()
    {
        _pictures = new Pictures(_notebook.Folder);
        _text = new NotebookText([.. _notebook.Cells.Select(cell => $"cell-{cell.Id}")], _pictures);
        (_html, _texts) = ([], 0);
    }

    private string Contents()
    {
        if (_text.Headings.Count == 0)
        {
            return "";
        }

        var items = string.Concat(_text.Headings.Where(h => h.Level <= 4).Select(h =>
            $"<li class=\"level-{h.Level}\"><a href=\"#{Escape(h.Id)}\">{Escape(h.Text)}</a></li>\n"));
        return $"<nav aria-label=\"Contents\"><details open><summary>Contents</summary>\n<ul>\n{items}</ul>\n</details></nav>";
    }

    private string RunLine()
    {
        var parameters = _run.Parameters.Count == 0 ? "" : " with " + string.Join(", ", _run.Parameters.Select(p => $"<code>{Escape($"{p.Name} = {p.Value}")}</code>"));
        var started = _run.Started.ToUniversalTime();
        return $"""
            <p class="run">Ran <code>{Escape(_shown)}</code>{parameters} on <time datetime="{started:yyyy-MM-ddTHH:mm:ssZ}">{started.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture)}</time> in {RunView.Duration(_run.Elapsed)}.<br>
            {Escape(string.Join(" · ", _run.Versions))}</p>
            """;
    }

    /// <summary>What an export shows, and what it can't.</summary>
    private string SavedLine()
    {
        var code = _notebook.Cells.Where(cell => cell.HasCode).Index().Select(entry => (Number: entry.Index + 1, entry.Item)).ToList();
        var without = code.Where(cell => cell.Item.Outputs.Count == 0).Select(cell => cell.Number).ToList();
        var none = without.Count == 0 ? ""
            : without.Count == code.Count ? " No code cell has any."
            : $" {(without.Count == 1 ? "Code cell" : "Code cells")} {string.Join(", ", without)} {(without.Count == 1 ? "has" : "have")} none.";
        var counts = code.Select(cell => cell.Item.ExecutionCount).OfType<int>().ToList();
        var order = counts.Zip(counts.Skip(1)).Any(pair => pair.Second <= pair.First) ? " The cells were run out of order: the numbers in brackets say when." : "";
        return $"<p class=\"run\">Shows the outputs that are saved in <code>{Escape(_shown)}</code>; nothing was run for this page.{none}{order}</p>";
    }

    private string Verdict() => _run switch
    {
        { Ended: { } ended } => $"""<p class="verdict">The run {(ended.Cell.State == CellState.Failed ? "failed" : "was stopped")} in <a href="#cell-{ended.Cell.Id}">cell {ended.Number}</a>. The cells after it did not run.</p>""",
        { IsOver: false } => """<p class="verdict">This run is not finished: the page shows how far it has come.</p>""",
        _ => "",
    };

    private void WriteCell(NotebookCell cell)
    {
        // What ended the run is seen, whatever its tags say.
        var ended = cell.State is (CellState.Failed or CellState.Stopped) && !(_run.IsSaved && cell.Tags.MayFail);
        var tags = ended ? CellTags.Of([]) : cell.Tags;
        if (tags.Cell == Visibility.Removed)
        {
            return;
        }

        if (cell.HasCode)
        {
            WriteCode(cell, tags);
        }
        else if (Prose(cell) is { Length: > 0 } html)
        {
            var shown = tags.Cell == Visibility.Folded || tags.Input == Visibility.Folded ? $"<details class=\"folded\"><summary>Text</summary>\n{html}</details>" : html;
            Write($"<section class=\"cell prose\" id=\"cell-{cell.Id}\">\n{shown}{Permalink(cell, "this text")}</section>\n");
        }
    }

    /// <summary>Markdown, and of raw cells what a page can show: text and HTML.</summary>
    private string Prose(NotebookCell cell) => (cell.Kind, cell.RawType) switch
    {
        (CellKind.Markdown, _) or (CellKind.Raw, "text/markdown") => _text.FromMarkdown(cell.Source, cell.Id, cell.Attachments, first: cell == _notebook.Cells[0]),
        (CellKind.Raw, "text/html") => _text.FromHtml(cell.Source, cell.Id),
        (CellKind.Raw, null or "" or "text/plain") when !string.IsNullOrWhiteSpace(cell.Source) => $"<pre class=\"scroll\" data-name=\"Raw text\">{Escape(cell.Source)}</pre>\n",
        _ => "",
    };

    private void WriteCode(NotebookCell cell, CellTags tags)
    {
        // A run counts its cells as it comes to them.
        var number = _run.IsSaved ? _notebook.Cells.TakeWhile(other => other != cell).Count(other => other.HasCode) + 1 : cell.ExecutionCount ?? 0;
        var ran = number > 0;
        var name = ran ? $"cell {number}" : "cell that did not run";
        var outputs = tags.Output == Visibility.Removed ? "" : string.Concat(cell.Outputs.Select(output => Output(output, name) + "\n"));
        if (tags.Output == Visibility.Folded && tags.Cell == Visibility.Shown && outputs.Length > 0)
        {
            outputs = $"<details class=\"folded\"><summary>Output</summary>\n{outputs}</details>\n";
        }

        if (tags.Input == Visibility.Removed && outputs.Length == 0)
        {
            return;
        }

        Write($"<section class=\"cell {cell.State.ToString().ToLowerInvariant()}\" id=\"cell-{cell.Id}\">\n");
        if (tags.Cell == Visibility.Folded)
        {
            Write("<details class=\"folded\"><summary>Cell</summary>\n");
        }

        if (tags.Input != Visibility.Removed)
        {
            Write($"""
                <details class="code"{(tags.Input == Visibility.Folded ? "" : " open")}>
                <summary><span class="number">{(ran ? $"Cell {number}" : "Cell")}{(_run.IsSaved && cell.ExecutionCount is { } count && count != number ? $" [{count}]" : "")}</span> <code class="first">{Escape(cell.FirstLine)}</code> <span class="time">{State(cell)}</span></summary>
                <pre class="scroll" data-name="Code of {name}"><code>
                """);
            // Outputs need not wait for colours.
            _html.Add(() => _code.Result.TryGetValue(cell.Id, out var coloured) ? coloured : Escape(cell.Source));
            Write("</code></pre>\n</details>\n");
        }

        // Another kernel may have run it, and its outputs are saved.
        if (CellLanguage.OnlyShown(cell.Language) is { } language && cell.Outputs.Count == 0)
        {
            outputs = $"<p class=\"left-out\">This cell is {language}, which the report's kernel does not run: it is shown as code.</p>\n";
        }

        Write($"{outputs}{(tags.Cell == Visibility.Folded ? "</details>\n" : "")}{Permalink(cell, name)}\n</section>\n");
    }

    private void Write(string html) => _html.Add(() => html);

    private string State(NotebookCell cell) => cell.State switch
    {
        CellState.Done or CellState.Failed when _run.IsSaved => cell.Elapsed > TimeSpan.Zero ? RunView.Duration(cell.Elapsed) : "",
        _ when _run.IsSaved => "not run",
        CellState.Running => "running",
        CellState.Done => RunView.Duration(cell.Elapsed),
        CellState.Raised => $"raised after {RunView.Duration(cell.Elapsed)}",
        CellState.Failed => $"failed after {RunView.Duration(cell.Elapsed)}",
        CellState.Stopped => $"stopped after {RunView.Duration(cell.Elapsed)}",
        _ when cell.Tags.Skipped => "not run, as its tag asks",
        _ => "not run",
    };

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
        if (OutputHtml.Of(forms, $"{(forms.ContainsKey("text/html") ? "Output of" : "Image shown by")} {cell}") is { } html)
        {
            return html;
        }

        if (forms.TryGetValue("text/markdown", out var markdown))
        {
            return $"<div class=\"output prose\">\n{_text.FromMarkdown(markdown, $"output-{++_texts}")}</div>";
        }

        if (forms.TryGetValue("text/latex", out var latex))
        {
            return $"<div class=\"output prose scroll\" data-name=\"Output of {cell}\">\n{FormulaFinder.ToHtml(latex)}\n</div>";
        }

        // IPython's words for a value that it can only name, such as <IPython.core.display.JSON object>.
        var named = forms.TryGetValue("text/plain", out var text) && Placeholder().IsMatch(text);
        return named && forms.FirstOrDefault(form => form.Key.EndsWith("json", StringComparison.Ordinal)) is { Key: not null, Value: var json } ? Pre("plain", json, cell)
            : Pre("plain", text ?? forms.First().Value, cell);
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

    [GeneratedRegex(@"^<[\w. ]+ object>$")]
    private static partial Regex Placeholder();
}
