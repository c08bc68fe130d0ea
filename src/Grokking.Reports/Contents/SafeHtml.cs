using System.Net;
using System.Text.RegularExpressions;
using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Ganss.Xss;

namespace Grokking.Reports.Contents;

/// <summary>HTML that somebody else wrote, cleaned by HtmlSanitizer: balanced, without scripts, and without anything that a browser would fetch.</summary>
internal static partial class SafeHtml
{
    /// <summary>Browsers stop here themselves; what is nested deeper is shown as text.</summary>
    private const int Deepest = 512;

    /// <summary>Room for as many calls as that takes.</summary>
    private const int Stack = 64 << 20;

    private static readonly string[] Drawing =
    [
        "svg", "g", "path", "line", "polyline", "polygon", "rect", "circle", "ellipse", "text", "tspan", "defs", "lineargradient",
        "radialgradient", "stop", "clippath", "marker",
        "math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "msup", "msub", "msubsup", "mfrac", "msqrt", "mroot", "mover", "munder", "munderover",
        "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom", "menclose", "merror", "mmultiscripts", "mprescripts", "semantics", "annotation",
    ];

    private static readonly string[] DrawingAttributes =
    [
        "class", "role", "title", "viewbox", "preserveaspectratio", "xmlns", "d", "points", "x", "y", "x1", "y1", "x2", "y2", "dx", "dy", "cx", "cy", "r", "rx", "ry",
        "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "transform",
        "opacity", "vector-effect", "font-size", "font-family", "font-weight", "text-anchor", "dominant-baseline", "offset", "stop-color", "stop-opacity",
        "display", "displaystyle", "mathvariant", "mathcolor", "scriptlevel", "stretchy", "fence", "separator", "form", "lspace", "rspace", "movablelimits", "minsize", "maxsize", "accent",
        "accentunder", "linethickness", "columnalign", "columnspacing", "rowspacing", "rowalign", "depth", "voffset", "notation", "encoding",
        "scope", "dir", "lang", "open", "max", "min", "value", "low", "high", "optimum",
        "aria-label", "aria-hidden", "aria-describedby", "aria-labelledby", "aria-valuenow", "aria-valuemin", "aria-valuemax", "aria-valuetext",
    ];

    /// <summary>Whether HTML wants something that cleaning would take from it: a script, or a style sheet of its own.</summary>
    public static bool NeedsFrame(string html) =>
        !html.Contains("class=\"grokking-plotly\"", StringComparison.Ordinal) && OwnCode().IsMatch(KernelStyle().Replace(html, ""));

    /// <summary>The HTML, cleaned; what it asked of the network is said below it.</summary>
    /// <param name="html">An output, or a notebook's text.</param>
    /// <param name="finish">What is done before to a text, whose headings and notes are led to by their ids, which stay; null for an output.</param>
    public static string Clean(string html, Action<IHtmlElement>? finish = null)
    {
        // With style sheets understood: what an attribute style may say is looked at, too.
        var document = new HtmlParser(new HtmlParserOptions(), BrowsingContext.New(Configuration.Default.WithCss())).ParseDocument("");
        var body = document.Body!;
        body.InnerHtml = html;
        if (IsTooDeep(body))
        {
            return AsText(html);
        }

        finish?.Invoke(body);
        var cleaned = "";
        var work = new Thread(() => cleaned = Sanitize(document, body, ids: finish is not null), Stack);
        work.Start();
        work.Join();
        return cleaned;
    }

    private static string Sanitize(IHtmlDocument document, IHtmlElement body, bool ids)
    {
        var asked = new List<string>();
        // Never shown as anything but itself, and its text is not for readers.
        foreach (var silent in body.QuerySelectorAll("script, style, template, noscript").ToList())
        {
            silent.Remove();
        }

        foreach (var outside in body.QuerySelectorAll("link[href], iframe[src], embed[src], object[data], video[src], audio[src], source[src], meta[http-equiv], base[href], form[action]"))
        {
            asked.Add(outside.GetAttribute("href") ?? outside.GetAttribute("src") ?? outside.GetAttribute("data") ?? outside.GetAttribute("action") ?? outside.GetAttribute("content") ?? "");
        }

        var sanitizer = new HtmlSanitizer { KeepChildNodes = true, AllowDataAttributes = false };
        sanitizer.AllowedTags.UnionWith(Drawing);
        sanitizer.AllowedTags.ExceptWith(["form", "base", "link", "meta", "iframe", "object", "embed", "style", "body", "html", "head", "textarea", "select", "button", "dialog"]);
        sanitizer.AllowedTags.UnionWith(["progress", "meter", "details", "summary", "figure", "figcaption", "mark", "wbr", "section", "article", "aside", "picture"]);
        sanitizer.AllowedAttributes.UnionWith(DrawingAttributes);
        sanitizer.AllowedAttributes.ExceptWith(["background", "srcset", "action", "autofocus", "accesskey", "tabindex", "contenteditable", "id", "name", "target"]);
        if (ids)
        {
            sanitizer.AllowedAttributes.UnionWith(["id", "name", "data-name"]);
        }

        sanitizer.AllowedCssProperties.UnionWith(["align-items", "flex-wrap", "gap", "justify-content"]);
        // What leaves its place lies over other cells.
        sanitizer.AllowedCssProperties.ExceptWith(["position", "top", "right", "bottom", "left", "inset", "z-index", "transform", "translate", "scale", "rotate", "offset"]);
        sanitizer.DisallowCssPropertyValue = Displacing();
        sanitizer.AllowedSchemes.Clear();
        sanitizer.AllowedSchemes.UnionWith(["http", "https", "mailto", "data"]);
        sanitizer.UriAttributes.UnionWith(["fill", "stroke"]);
        sanitizer.FilterUrl += (_, url) =>
        {
            var address = url.OriginalUrl.Trim();
            // A link waits for its reader; all else would be fetched.
            var link = url.Tag is IHtmlAnchorElement && !address.StartsWith("data:", StringComparison.OrdinalIgnoreCase);
            var picture = url.Tag is IHtmlImageElement && address.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase);
            var paint = !address.Contains(':') && url.Tag is not IHtmlImageElement and not IHtmlAnchorElement && !address.Contains('(') && !address.Contains('/');
            if (!link && !picture && !paint)
            {
                asked.Add(address);
                url.SanitizedUrl = null;
            }
            else if (picture || paint)
            {
                url.SanitizedUrl = address;
            }
        };
        sanitizer.SanitizeDom(document, body);
        var note = asked.Where(address => address.Length > 0).Distinct().ToList();
        return body.InnerHtml + (note.Count == 0 ? "" : HeldBack(note));
    }

    /// <summary>What stands in place of what was not fetched.</summary>
    private static string HeldBack(IReadOnlyList<string> addresses) =>
        $"<p class=\"left-out\">This output asked for the network, and this page asks nothing of it: {string.Join(", ", addresses.Take(3).Select(address => $"<code>{WebUtility.HtmlEncode(address.Length > 100 ? address[..100] + "…" : address)}</code>"))}{(addresses.Count > 3 ? $" and {addresses.Count - 3} more" : "")}.</p>";

    /// <summary>Whether there is more in each other than browsers take, or than a serialiser's stack does.</summary>
    public static bool IsTooDeep(INode root)
    {
        var open = new Stack<(INode Node, int Depth)>([(root, 0)]);
        while (open.TryPop(out var entry))
        {
            if (entry.Depth > Deepest)
            {
                return true;
            }

            foreach (var child in entry.Node.ChildNodes)
            {
                open.Push((child, entry.Depth + 1));
            }
        }

        return false;
    }

    /// <summary>What can't be shown as what it is.</summary>
    public static string AsText(string source) => $"<pre class=\"scroll\" data-name=\"Text that is nested too deeply to be set\">{WebUtility.HtmlEncode(source)}</pre>\n";

    [GeneratedRegex(@"<\s*(script|style|iframe|object|embed|applet|template|svg:script|frameset|plaintext)\b|\son[a-z]+\s*=|<\s*meta\s|<\s*link\s+[^>]*stylesheet|javascript:", RegexOptions.IgnoreCase)]
    private static partial Regex OwnCode();

    /// <summary>A length below zero, or one that is computed; and what HtmlSanitizer itself holds back.</summary>
    [GeneratedRegex(@"[<>]|(^|[\s,(])-[.\d]|\b(calc|min|max|clamp|expression)\s*\(", RegexOptions.IgnoreCase)]
    private static partial Regex Displacing();

    /// <summary>The style that .NET Interactive puts below every value; the page has it once.</summary>
    [GeneratedRegex(@"<style>\s*\.dni-code-hint \{.*?</style>", RegexOptions.Singleline)]
    private static partial Regex KernelStyle();
}
