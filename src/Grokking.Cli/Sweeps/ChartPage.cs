using System.Net;
using Newtonsoft.Json;
using Plotly.NET;

namespace Grokking.Cli.Sweeps;

/// <summary>One chart as an HTML page that asks nothing of any network: plotly.js is in it.</summary>
internal static class ChartPage
{
    private const string PlotlyResource = "Plotly.NET.plotly-2.28.0.min.js";

    /// <summary>The page's HTML.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="summary">A line of text above it, also the page's title.</param>
    public static string Of(GenericChart chart, string summary)
    {
        var text = WebUtility.HtmlEncode(summary);
        var config = JsonConvert.SerializeObject(GenericChart.getConfig(chart), Globals.JSON_CONFIG);
        return $$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{text}}</title>
            <style>body { font: 16px system-ui, sans-serif; margin: 1rem auto; max-width: 70rem; padding: 0 1rem; }</style>
            </head>
            <body>
            <p>{{text}}</p>
            <div id="chart"></div>
            <script>
            {{Plotly()}}
            </script>
            <script>
            const figure = {{InScript(GenericChart.toFigureJson(chart))}};
            Plotly.newPlot("chart", figure.data, figure.layout, {{InScript(config)}});
            </script>
            </body>
            </html>

            """.ReplaceLineEndings("\n");
    }

    // No text of the figure may end the script.
    private static string InScript(string json) => json.Replace("<", "\\u003c", StringComparison.Ordinal);

    private static string Plotly()
    {
        using var resource = typeof(GenericChart).Assembly.GetManifestResourceStream(PlotlyResource)
            ?? throw new InvalidOperationException($"Plotly.NET has no resource '{PlotlyResource}'; its version has to be 6.0.0.");
        return new StreamReader(resource).ReadToEnd();
    }
}
