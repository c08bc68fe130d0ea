using System.IO.Compression;
using System.Net;
using Plotly.NET;

namespace Grokking.Reports;

/// <summary>What every page has around its text: it needs nothing but a browser, and asks nothing of any network.</summary>
public static class PageFrame
{
    /// <summary>What every page begins with, by which it is known again.</summary>
    internal const string SkipLink = """<a class="skip" href="#report">Skip to the report</a>""";

    /// <summary>Inline scripts and styles, pictures made in the page, and not one request.</summary>
    internal const string Policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'";

    /// <summary>Without scripts a chart leaves a sentence, not the space it would have filled.</summary>
    private const string NoFigures = """<noscript><style>[role="figure"] { min-height: 0 !important; }</style></noscript>""";

    /// <summary>A whole page.</summary>
    /// <param name="title">Its title, as text.</param>
    /// <param name="body">What is in it, as HTML, with a <c>main</c> of the id <c>report</c>.</param>
    public static string Html(string title, string body)
    {
        var figures = body.Contains("class=\"grokking-chart\"", StringComparison.Ordinal);
        var framed = body.Contains("class=\"output framed\"", StringComparison.Ordinal);
        return $"""
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
        {(figures ? Resource("figure.css") : "")}
        </style>
        {NoFigures}
        </head>
        <body>
        {SkipLink}
        {body}
        <script>
        {Resource("report.js")}
        </script>
        {(framed ? $"<script>\n{Resource("outputs.js")}</script>" : "")}
        {(figures ? $"<script>\n{Resource("figure.js")}grokkingFigures.start(\"{PlotlyScript.Value}\", error => document.querySelectorAll('.grokking-chart').forEach(place => place.append('plotly.js could not be started in this browser, so there is no chart: ' + error)));\n</script>" : "")}
        </body>
        </html>

        """.ReplaceLineEndings("\n");
    }

    /// <summary>A figure's place, for <see cref="Html"/>.</summary>
    /// <param name="json">plotly.js's data, layout and config as one object.</param>
    /// <param name="title">What a screen reader says of it.</param>
    public static string Figure(string json, string title) =>
        $"""<div class="grokking-chart" role="figure" aria-label="{WebUtility.HtmlEncode(title)}"><script type="application/json">{json.Replace("<", "\\u003c", StringComparison.Ordinal)}</script></div>""";

    /// <summary>plotly.js out of Plotly.NET's assembly, compressed with gzip, in base64.</summary>
    private static readonly Lazy<string> PlotlyScript = new(() =>
    {
        using var resource = typeof(GenericChart).Assembly.GetManifestResourceStream("Plotly.NET.plotly-2.28.0.min.js")
            ?? throw new InvalidOperationException("Plotly.NET has no plotly.js 2.28.0; its version has to be 6.0.0.");
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
        {
            resource.CopyTo(gzip);
        }

        return Convert.ToBase64String(compressed.ToArray());
    });

    internal static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(PageFrame).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    /// <summary>Whether a file is a page that this program made, of this version or one before.</summary>
    /// <param name="file">A file that is there.</param>
    public static bool IsPage(string file)
    {
        try
        {
            using var reader = new StreamReader(file);
            var start = new char[100_000];
            // After the style, in pages of every version.
            return new string(start, 0, reader.ReadBlock(start)).Contains(SkipLink, StringComparison.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
