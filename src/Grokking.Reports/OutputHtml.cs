using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Grokking.Reports.Contents;

namespace Grokking.Reports;

/// <summary>What a cell showed as HTML that harms no other cell and asks no network: figures are the page's to draw, text is cleaned, scripts run in a frame.</summary>
internal static partial class OutputHtml
{
    private static readonly string[] Pictures = ["image/png", "image/jpeg", "image/gif", "image/webp"];

    /// <summary>The output as the form that shows most; null where there is only text.</summary>
    /// <param name="forms">MIME type to content.</param>
    /// <param name="name">What a screen reader says of it.</param>
    public static string? Of(IReadOnlyDictionary<string, string> forms, string name)
    {
        if (Figure(forms) is { } figure)
        {
            return figure;
        }

        if (!forms.TryGetValue("text/html", out var html))
        {
            return Image(forms, name);
        }

        return SafeHtml.NeedsFrame(html)
            ? $"<div class=\"output framed\">{Frame.Html(html, name)}</div>"
            : $"<div class=\"output html scroll\" data-name=\"{Escape(name)}\">\n{SafeHtml.Clean(html)}\n</div>";
    }

    /// <summary>The output, where it is a figure or an image.</summary>
    public static string? Picture(IReadOnlyDictionary<string, string> forms, string name) => Figure(forms) ?? (forms.ContainsKey("text/html") ? null : Image(forms, name));

    private static string? Figure(IReadOnlyDictionary<string, string> forms)
    {
        var figures = PlotlyFigure.Find(forms);
        if (figures.Count == 0)
        {
            return null;
        }

        var drawn = figures.Select(Figure).ToList();
        return forms.TryGetValue("text/html", out var html) && Around(html, figures, drawn) is { } all ? all : string.Join('\n', drawn);
    }

    /// <summary>The figures within the text that their maker put around them; null where there is none.</summary>
    private static string? Around(string html, IReadOnlyList<PlotlyFigure> figures, List<string> drawn)
    {
        var (name, text, end) = ($"figure-{Guid.NewGuid():N}-", new StringBuilder(), 0);
        foreach (var (number, figure) in figures.Index())
        {
            var (start, length) = figure.Place.GetOffsetAndLength(html.Length);
            if (start < end)
            {
                return null;
            }

            text.Append(html, end, start - end).Append(CultureInfo.InvariantCulture, $"{name}{number}.");
            end = start + length;
        }

        var around = text.Append(html, end, html.Length - end).ToString();
        var words = Unseen().Replace(around, "");
        for (var i = 0; i < drawn.Count; i++)
        {
            words = words.Replace($"{name}{i}.", "", StringComparison.Ordinal);
        }

        if (string.IsNullOrWhiteSpace(words))
        {
            return null;
        }

        around = $"<div class=\"output prose\">\n{SafeHtml.Clean(Document().Replace(around, ""))}\n</div>";
        for (var i = 0; i < drawn.Count; i++)
        {
            around = around.Replace($"{name}{i}.", drawn[i], StringComparison.Ordinal);
        }

        return around;
    }

    private static string Figure(PlotlyFigure figure)
    {
        var title = Escape(figure.Title);
        var height = figure.Height is { } pixels ? string.Create(CultureInfo.InvariantCulture, $" style=\"min-height: {pixels}px\"") : "";
        return $"""
            <div class="output figure">
            <div class="grokking-chart" role="figure" aria-label="{title}"{height}><script type="application/json">{figure.Json}</script></div>
            <noscript><p>The chart “{title}” is drawn by a script; scripts are switched off here.</p></noscript>
            </div>
            """;
    }

    private static string? Image(IReadOnlyDictionary<string, string> forms, string name)
    {
        if (forms.TryGetValue("image/svg+xml", out var svg))
        {
            return Image("image/svg+xml", Convert.ToBase64String(Encoding.UTF8.GetBytes(svg)), name);
        }

        return Pictures.Where(forms.ContainsKey).Select(mime => Image(mime, forms[mime].ReplaceLineEndings(""), name)).FirstOrDefault();
    }

    private static string Image(string mime, string base64, string name) =>
        $"<div class=\"output image\"><img alt=\"{Escape(name)}\" src=\"data:{mime};base64,{Escape(base64)}\"></div>";

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    /// <summary>What of HTML is no text, and no picture.</summary>
    [GeneratedRegex(@"<(script|style|noscript|head)\b.*?</\1\s*>|<!--.*?-->|<(?!img\b|svg\b)[^>]*>", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex Unseen();

    /// <summary>What a whole document has before its body.</summary>
    [GeneratedRegex(@"<head\b.*?</head\s*>", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex Document();
}
