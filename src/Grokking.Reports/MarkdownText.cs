using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Grokking.Reports;

/// <summary>A heading of the page.</summary>
/// <param name="Level">1 for the title, 2 for a chapter, and so on without gaps.</param>
/// <param name="Id">What a link to it says after the <c>#</c>.</param>
/// <param name="Text">The heading without markup.</param>
internal sealed record Heading(int Level, string Id, string Text);

/// <summary>A notebook's markdown as HTML, with the headings of all its cells in one order.</summary>
internal sealed partial class MarkdownText
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseEmphasisExtras().UseAutoLinks().Build();

    private readonly HashSet<string> _ids;
    private readonly List<Heading> _headings = [];

    /// <param name="taken">Ids that the page itself uses.</param>
    public MarkdownText(IEnumerable<string> taken) => _ids = [.. taken];

    /// <summary>The page's title: the notebook's first block, where that is a heading of level 1.</summary>
    public string? Title { get; private set; }

    /// <summary>All headings so far but the title.</summary>
    public IReadOnlyList<Heading> Headings => _headings;

    /// <summary>The HTML of one cell; a title is left out of it.</summary>
    /// <param name="markdown">The cell's source.</param>
    /// <param name="first">Whether this is the notebook's first cell, the one that may bring the title.</param>
    public string ToHtml(string markdown, bool first)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        if (first && document.FirstOrDefault() is HeadingBlock { Level: 1 } title)
        {
            Title = PlainText(title);
            document.Remove(title);
        }

        foreach (var heading in document.Descendants<HeadingBlock>())
        {
            // A reader who moves by headings must not meet a gap, whatever the author wrote.
            heading.Level = Math.Clamp(heading.Level, 2, (_headings.LastOrDefault()?.Level ?? 1) + 1);
            var text = PlainText(heading);
            var id = FreeId(text);
            heading.GetAttributes().Id = id;
            _headings.Add(new Heading(heading.Level, id, text));
        }

        // Another notebook's report stands beside this one's, as the notebooks do.
        foreach (var link in document.Descendants<LinkInline>().Where(link => !link.IsImage && link.Url is { } url && NotebookBeside().IsMatch(url)))
        {
            link.Url = Path.ChangeExtension(link.Url, ".html");
        }

        using var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer);
        Pipeline.Setup(renderer);
        renderer.ObjectRenderers.Replace<HtmlTableRenderer>(new ScrollingTableRenderer());
        renderer.Render(document);
        return writer.ToString();
    }

    private static string PlainText(HeadingBlock heading)
    {
        using var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer) { EnableHtmlForInline = false, EnableHtmlEscape = false };
        if (heading.Inline is not null)
        {
            renderer.Write(heading.Inline);
        }

        return writer.ToString();
    }

    private string FreeId(string text)
    {
        var slug = string.Join('-', text.ToLowerInvariant()
            .Split([.. text.ToLowerInvariant().Where(c => !char.IsLetterOrDigit(c))], StringSplitOptions.RemoveEmptyEntries));
        var wanted = slug.Length == 0 ? "section" : slug;
        var id = wanted;
        for (var n = 2; !_ids.Add(id); n++)
        {
            id = $"{wanted}-{n}";
        }

        return id;
    }

    [GeneratedRegex(@"^[^/\\:?#]+\.ipynb$")]
    private static partial Regex NotebookBeside();

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
