using System.Net;
using Grokking.Cli.Reports;
using Newtonsoft.Json;
using Plotly.NET;

namespace Grokking.Cli.Sweeps;

/// <summary>One chart as an HTML page that asks nothing of any network: plotly.js is in it.</summary>
internal static class ChartPage
{
    private const string PlotlyResource = "Plotly.NET.plotly-2.28.0.min.js";

    /// <summary>The page's HTML.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="summary">The page's title.</param>
    public static string Of(GenericChart chart, string summary)
    {
        var text = WebUtility.HtmlEncode(summary);
        var config = JsonConvert.SerializeObject(GenericChart.getConfig(chart), Globals.JSON_CONFIG);
        return PageFrame.Html(summary, $$"""
            <style>#chart svg.main-svg > g:not(.hoverlayer) text { fill: currentColor !important; }</style>
            <main id="report">
            <h1>{{text}}</h1>
            <div id="chart"></div>
            </main>
            <script>
            {{Plotly()}}
            </script>
            <script>
            const figure = {{InScript(GenericChart.toFigureJson(chart))}};
            Plotly.newPlot("chart", figure.data, figure.layout, {{InScript(config)}});
            </script>
            """);
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
