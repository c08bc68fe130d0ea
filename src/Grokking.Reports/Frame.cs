using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Grokking.Reports.Contents;

namespace Grokking.Reports;

/// <summary>
/// A page of its own within the page, for HTML that has scripts or styles: the browser gives it an origin of its own, no network, no
/// navigation, no pop-ups and no WebRTC; its height and what it asked for come as messages. A script that names <c>location</c>, which
/// nothing can take from it, waits until the reader asks for it.
/// </summary>
internal static partial class Frame
{
    /// <summary>What would ask the network, or would be a page of its own, before the frame's script can see it.</summary>
    private const string Outside = "link, base, meta, iframe, frame, frameset, object, embed, applet, template[shadowrootmode]";

    /// <summary>The element.</summary>
    /// <param name="html">An output.</param>
    /// <param name="name">What a screen reader says of it.</param>
    public static string Html(string html, string name)
    {
        var body = new HtmlParser(new HtmlParserOptions { IsScripting = true }).ParseDocument("").Body!;
        body.InnerHtml = html;
        if (SafeHtml.IsTooDeep(body))
        {
            return SafeHtml.AsText(html);
        }

        var left = Parts(body).SelectMany(part => part.QuerySelectorAll(Outside)).ToList();
        left.ForEach(element => element.Remove());
        var held = left.Count == 0 ? "" : $"<p class=\"left-out\">This output asked for the network, or for a page of its own ({WebUtility.HtmlEncode(string.Join(", ", left.Select(element => element.LocalName).Distinct()))}), and this page asks nothing of it.</p>";
        var document = $"""
            <!doctype html><html lang="en"><head><meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{PageFrame.Policy}">
            <meta http-equiv="x-dns-prefetch-control" content="off">
            <meta name="color-scheme" content="light dark">
            <title>{WebUtility.HtmlEncode(name)}</title>
            <style>{PageFrame.Resource("frame.css")}</style>
            <script>{PageFrame.Resource("frame.js")}</script>
            </head><body>
            {body.InnerHtml}
            """;
        var frame = $"<iframe onload=\"this.dataset.loads = 1 + +(this.dataset.loads ?? 0)\" sandbox=\"allow-scripts\" title=\"{WebUtility.HtmlEncode(name)}\" srcdoc=\"{WebUtility.HtmlEncode(document)}\"></iframe>";
        return (MayLeadElsewhere(body) ? $"<p class=\"left-out waiting\">This output brings a script that may lead to another page, so it does not run by itself.</p><template>{frame}</template>" : frame) + held;
    }

    /// <summary>The output, and what its templates hold.</summary>
    private static IEnumerable<IParentNode> Parts(IParentNode part) =>
        part.QuerySelectorAll("template").OfType<IHtmlTemplateElement>().SelectMany(template => Parts(template.Content)).Prepend(part);

    private static bool MayLeadElsewhere(IElement body) => Parts(body).SelectMany(part => part.QuerySelectorAll("*")).Any(element =>
        (element.LocalName == "script" && NamesLocation().IsMatch(element.TextContent))
        || element.Attributes.Any(attribute => (attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase) || attribute.Value.Contains(':')) && NamesLocation().IsMatch(attribute.Value)));

    [GeneratedRegex(@"\blocation\b")]
    private static partial Regex NamesLocation();
}
