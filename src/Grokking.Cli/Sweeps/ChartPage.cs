using System.Net;
using Newtonsoft.Json.Linq;
using Plotly.NET;

namespace Grokking.Cli.Sweeps;

/// <summary>Charts as an HTML page that asks nothing of any network.</summary>
internal static class ChartPage
{
    /// <summary>The page's HTML.</summary>
    /// <param name="summary">The page's title.</param>
    /// <param name="charts">The charts, each with what it is called.</param>
    public static string Of(string summary, params IEnumerable<(string Name, GenericChart Chart)> charts) => PageFrame.Html(summary, $"""
        <main id="report">
        <h1>{WebUtility.HtmlEncode(summary)}</h1>
        {string.Join('\n', charts.Select(entry => PageFrame.Figure(Json(entry.Chart), entry.Name)))}
        </main>
        """);

    private static string Json(GenericChart chart)
    {
        var figure = JObject.Parse(GenericChart.toFigureJson(chart));
        figure["config"] = JObject.FromObject(GenericChart.getConfig(chart), Newtonsoft.Json.JsonSerializer.Create(Globals.JSON_CONFIG));
        return figure.ToString(Newtonsoft.Json.Formatting.None);
    }
}
