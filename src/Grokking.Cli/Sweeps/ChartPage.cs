using System.Net;
using Grokking.Reports;
using Newtonsoft.Json.Linq;
using Plotly.NET;

namespace Grokking.Cli.Sweeps;

/// <summary>One chart as an HTML page that asks nothing of any network.</summary>
internal static class ChartPage
{
    /// <summary>The page's HTML.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="summary">The page's title.</param>
    public static string Of(GenericChart chart, string summary)
    {
        var figure = JObject.Parse(GenericChart.toFigureJson(chart));
        figure["config"] = JObject.FromObject(GenericChart.getConfig(chart), Newtonsoft.Json.JsonSerializer.Create(Globals.JSON_CONFIG));
        return PageFrame.Html(summary, $"""
            <main id="report">
            <h1>{WebUtility.HtmlEncode(summary)}</h1>
            {PageFrame.Figure(figure.ToString(Newtonsoft.Json.Formatting.None), summary)}
            </main>
            """);
    }
}
