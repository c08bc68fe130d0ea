using System.Net;

namespace Grokking.Reports;

/// <summary>What every page has around its text: it needs nothing but a browser, and asks nothing of any network.</summary>
public static class PageFrame
{
    /// <summary>What every page begins with, by which it is known again.</summary>
    internal const string SkipLink = """<a class="skip" href="#report">Skip to the report</a>""";

    /// <summary>Inline scripts and styles, pictures made in the page, and not one request.</summary>
    private const string Policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'";

    /// <summary>Without scripts a chart leaves a sentence, not the space it would have filled.</summary>
    private const string NoFigures = """<noscript><style>[role="figure"] { min-height: 0 !important; }</style></noscript>""";

    /// <summary>A whole page.</summary>
    /// <param name="title">Its title, as text.</param>
    /// <param name="body">What is in it, as HTML, with a <c>main</c> of the id <c>report</c>.</param>
    public static string Html(string title, string body) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="{Policy}">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{WebUtility.HtmlEncode(title)}</title>
        <link rel="icon" href="data:,">
        <style>
        {Resource("report.css")}
        </style>
        {NoFigures}
        </head>
        <body>
        {SkipLink}
        {body}
        <script>
        {Resource("report.js")}
        </script>
        </body>
        </html>

        """.ReplaceLineEndings("\n");

    internal static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(PageFrame).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
