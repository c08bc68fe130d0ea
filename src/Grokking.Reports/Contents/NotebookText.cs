using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using Grokking.Reports.Formulas;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Grokking.Reports.Contents;

/// <summary>A heading of the page.</summary>
/// <param name="Level">1 for the title, 2 for a chapter, and so on without gaps.</param>
/// <param name="Id">What a link to it says after the <c>#</c>.</param>
/// <param name="Text">The heading without markup.</param>
public sealed record Heading(int Level, string Id, string Text);

/// <summary>A notebook's markdown and raw HTML as the page's, with the headings of all its cells in one order.</summary>
/// <param name="cells">The ids of the cells' places.</param>
/// <param name="pictures">Where the texts' pictures come from.</param>
public sealed partial class NotebookText(IEnumerable<string> cells, Pictures pictures)
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables().UseEmphasisExtras().UseAutoLinks().UseTaskLists().UseFootnotes().UseAlertBlocks().UseDefinitionLists().UseCustomContainers()
        .Use<FormulaExtension>().Build();

    /// <summary>The page's own ids, which no link of an author means.</summary>
    private static readonly string[] Own = ["report", "code-toggle"];

    private readonly HashSet<string> _ids = [.. Own, .. cells];
    private readonly List<Heading> _headings = [];
    private readonly Dictionary<string, string> _spellings = [];

    /// <summary>The page's title: the notebook's first block, where that is a heading of level 1.</summary>
    public Heading? Title { get; private set; }

    /// <summary>All headings so far but the title.</summary>
    public IReadOnlyList<Heading> Headings => _headings;

    /// <summary>The HTML of one cell; a title is left out of it.</summary>
    /// <param name="markdown">The cell's source.</param>
    /// <param name="cell">The cell's id.</param>
    /// <param name="attachments">The pictures pasted into it.</param>
    /// <param name="first">Whether this is the notebook's first cell, the one that may bring the title.</param>
    public string FromMarkdown(string markdown, string cell, JsonObject? attachments = null, bool first = false)
    {
        MarkdownDocument document;
        try
        {
            document = Markdown.Parse(markdown, Pipeline);
            // What the parser takes may still be too much for what writes it.
            _ = Html(document);
        }
        catch (ArgumentException)
        {
            // Nested too deeply.
            return SafeHtml.AsText(markdown);
        }

        if (first && document.FirstOrDefault() is HeadingBlock { Level: 1 } title)
        {
            Title = Named(1, PlainText(title));
            document.Remove(title);
        }

        foreach (var heading in document.Descendants<HeadingBlock>())
        {
            // A reader who moves by headings must not meet a gap, whatever the author wrote.
            heading.Level = Math.Clamp(heading.Level, 2, (_headings.LastOrDefault()?.Level ?? 1) + 1);
            _headings.Add(Named(heading.Level, PlainText(heading)));
            heading.GetAttributes().Id = _headings[^1].Id;
        }

        // Another notebook's report stands beside this one's, as the notebooks do.
        foreach (var link in document.Descendants<LinkInline>().Where(link => !link.IsImage && link.Url is { } url && NotebookBeside().IsMatch(url)))
        {
            link.Url = Path.ChangeExtension(link.Url, ".html");
        }

        return Finish(Html(document), cell, attachments);
    }

    private static string Html(MarkdownDocument document)
    {
        using var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer);
        Pipeline.Setup(renderer);
        renderer.ObjectRenderers.Replace<HtmlTableRenderer>(new ScrollingTableRenderer());
        renderer.Render(document);
        return writer.ToString();
    }

    /// <summary>A raw cell of HTML, as markdown's HTML is shown.</summary>
    public string FromHtml(string html, string cell) => Finish(FormulaFinder.InHtml(html), cell, null);

    /// <summary>The page's HTML with its links to headings, however they are spelled, leading there.</summary>
    /// <param name="html">All cells: a link may come before its heading.</param>
    public string WithLinks(string html)
    {
        var ids = AnyId().Matches(html).Select(match => WebUtility.HtmlDecode(match.Groups[1].Value)).ToHashSet();
        return LinkWithin().Replace(html, link =>
        {
            var wanted = Uri.UnescapeDataString(WebUtility.HtmlDecode(link.Groups[1].Value));
            return (ids.Contains(wanted) && !Own.Contains(wanted)) || (_spellings.GetValueOrDefault(wanted) ?? _spellings.GetValueOrDefault(wanted.ToLowerInvariant())) is not { } id
                ? link.Value : $"href=\"#{WebUtility.HtmlEncode(id)}\"";
        });
    }

    private static string PlainText(HeadingBlock heading)
    {
        using var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer) { EnableHtmlForInline = false, EnableHtmlEscape = false };
        Pipeline.Setup(renderer);
        if (heading.Inline is not null)
        {
            renderer.Write(heading.Inline);
        }

        return writer.ToString();
    }

    private Heading Named(int level, string text)
    {
        var wanted = HeadingSpelling.Plain(text) is { Length: > 0 } plain ? plain : "section";
        var id = wanted;
        for (var n = 2; !_ids.Add(id); n++)
        {
            id = $"{wanted}-{n}";
        }

        string[] spellings = [HeadingSpelling.GitHub(text), HeadingSpelling.VsCode(text), HeadingSpelling.Jupyter(text), HeadingSpelling.Jupyter(text).ToLowerInvariant()];
        foreach (var spelling in spellings.Distinct())
        {
            // The second of one name is the first with a 1.
            var free = spelling;
            for (var n = 1; !_spellings.TryAdd(free, id); n++)
            {
                free = $"{spelling}-{n}";
            }
        }

        return new Heading(level, id, text);
    }

    private string Finish(string html, string cell, JsonObject? attachments) => SafeHtml.Clean(html, text =>
    {
        pictures.Embed(text, attachments);
        foreach (var box in text.QuerySelectorAll("input[type=checkbox]"))
        {
            box.SetAttribute("aria-label", box.HasAttribute("checked") ? "done" : "to do");
        }

        // Every cell counts its notes from one.
        foreach (var note in text.QuerySelectorAll("[id^='fn:'], [id^='fnref:']"))
        {
            note.Id = $"{cell}-{note.Id}";
        }

        foreach (var link in text.QuerySelectorAll("a[href^='#fn:'], a[href^='#fnref:']"))
        {
            link.SetAttribute("href", $"#{cell}-{link.GetAttribute("href")![1..]}");
        }
    });

    [GeneratedRegex(@"^[^/\\:?#]+\.ipynb$")]
    private static partial Regex NotebookBeside();

    [GeneratedRegex("""\s(?:id|name)="([^"]+)["]""")]
    private static partial Regex AnyId();

    [GeneratedRegex("""href="#([^"]+)"(?=[^<>]*>)""")]
    private static partial Regex LinkWithin();

    private sealed class ScrollingTableRenderer : HtmlTableRenderer
    {
        protected override void Write(HtmlRenderer renderer, Table table)
        {
            renderer.WriteLine("<div class=\"scroll\">");
            base.Write(renderer, table);
            renderer.WriteLine("</div>");
        }
    }
}
