using System.Net;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Plotly.NET;
using Plotly.NET.Interactive;

namespace Grokking.Notebooks;

/// <summary>A chart as an output: a place, and the script that draws it there as soon as plotly.js is in the page.</summary>
internal static class ChartOutput
{
    /// <summary>A chart in one line of text: its title and its lines.</summary>
    public static string Text(GenericChart chart)
    {
        var figure = JObject.Parse(GenericChart.toFigureJson(chart));
        var traces = figure["data"]!.Where(trace => trace["y"] is JArray).Select(trace => $"{trace["name"]}, {trace["y"]!.Count():N0} points");
        return $"[chart] {Title(figure)}: {string.Join("; ", traces)}";
    }

    /// <summary>A chart that waits for plotly.js, and says so if it does not come. Its JSON is what a report reads.</summary>
    public static string Html(GenericChart chart)
    {
        var figure = JObject.Parse(GenericChart.toFigureJson(chart));
        // Plotly.NET gives this size to every chart that was not given one; ours have their page's width.
        if (figure["layout"] is JObject layout && (int?)layout["width"] == Defaults.DefaultWidth && (int?)layout["height"] == Defaults.DefaultHeight)
        {
            layout.Remove("width");
        }

        figure["config"] = JObject.FromObject(GenericChart.getConfig(chart), JsonSerializer.Create(Globals.JSON_CONFIG));
        var title = WebUtility.HtmlEncode(Title(figure));
        var id = $"chart-{Guid.NewGuid():N}";
        return $$"""
            <div class="grokking-chart" id="{{id}}" role="figure" aria-label="{{title}}" style="min-height: {{figure["layout"]?["height"]}}px"><script type="application/json">{{InScript(figure.ToString(Formatting.None))}}</script></div>
            <noscript><p>The chart “{{title}}” is drawn by a script; scripts are switched off here.</p></noscript>
            <script>
            (() => {
              if (window.grokkingFigures) { grokkingFigures.all(); return; }
              setTimeout(() => {
                if (window.Plotly) return;
                const note = document.createElement("p");
                note.textContent = "This chart is waiting for plotly.js, which the notebook's first code cell puts into the page: run that cell, and the chart appears here.";
                document.getElementById("{{id}}").append(note);
              }, 5000);
            })();
            </script>
            """;
    }

    /// <summary>The form that Plotly.NET.Interactive makes: plotly.js comes from a content delivery network.</summary>
    public static string CdnHtml(GenericChart chart) =>
        $"""<style>{PlotlyScript.Style}</style><div class="grokking-chart">{Formatters.toInteractiveHTML(chart)}</div>""";

    private static string Title(JObject figure) =>
        (figure["layout"]?["title"] is JObject title ? title["text"] : figure["layout"]?["title"])?.ToString() ?? "untitled";

    // "</script>" in a label would end the script; JSON may spell any character as an escape.
    private static string InScript(string json) => json.Replace("<", "\\u003c", StringComparison.Ordinal);
}
