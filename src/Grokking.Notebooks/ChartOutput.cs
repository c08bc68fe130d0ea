using System.Net;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Plotly.NET;
using Plotly.NET.Interactive;

namespace Grokking.Notebooks;

/// <summary>A chart as an output: a place, and the script that draws it there as soon as plotly.js is in the page.</summary>
internal static class ChartOutput
{
    // The page's own text colour, so that a chart follows a change of theme; plotly.js writes colours as styles.
    private const string Style = """
        <style>
        .grokking-chart { width: 100%; }
        .grokking-chart svg.main-svg > g:not(.hoverlayer) text { fill: currentColor !important; }
        .grokking-chart .updatemenu-item-rect { fill: currentColor !important; fill-opacity: 0 !important; }
        .grokking-chart .updatemenu-item-rect[style*="244, 250, 255"] { fill-opacity: 0.16 !important; }
        .grokking-chart .updatemenu-button:focus-visible { outline: 2px solid currentColor; }
        </style>
        """;

    /// <summary>A chart in one line of text: its title and its lines.</summary>
    public static string Text(GenericChart chart)
    {
        var figure = JObject.Parse(GenericChart.toFigureJson(chart));
        var traces = figure["data"]!.Where(trace => trace["y"] is JArray).Select(trace => $"{trace["name"]}, {trace["y"]!.Count():N0} points");
        return $"[chart] {Title(figure)}: {string.Join("; ", traces)}";
    }

    /// <summary>A chart that waits for plotly.js, and says so if it does not come.</summary>
    public static string Html(GenericChart chart)
    {
        var figure = JObject.Parse(GenericChart.toFigureJson(chart));
        var config = JsonConvert.SerializeObject(GenericChart.getConfig(chart), Globals.JSON_CONFIG);
        var id = $"chart-{Guid.NewGuid():N}";
        return $$"""
            {{Style}}
            <div class="grokking-chart" id="{{id}}" role="figure" aria-label="{{WebUtility.HtmlEncode(Title(figure))}}" style="min-height: {{figure["layout"]?["height"]}}px"></div>
            <noscript><p>The chart “{{WebUtility.HtmlEncode(Title(figure))}}” is drawn by a script; scripts are switched off here.</p></noscript>
            <script>
            (() => {
              const place = document.getElementById("{{id}}");
              const figure = {{InScript(figure.ToString(Formatting.None))}};
              const draw = async () => {
                place.replaceChildren();
                const { frames, ...layout } = figure.layout;
                await Plotly.newPlot(place, figure.data, layout, {{InScript(config)}});
                if (frames) await film(frames);
                const buttons = () => place.querySelectorAll(".updatemenu-button").forEach(button => {
                  button.setAttribute("role", "button");
                  button.setAttribute("tabindex", "0");
                  button.onkeydown = key => {
                    if (key.key !== "Enter" && key.key !== " ") return;
                    key.preventDefault();
                    button.dispatchEvent(new MouseEvent("click"));
                  };
                });
                place.on("plotly_afterplot", buttons);
                buttons();
                new ResizeObserver(() => requestAnimationFrame(() => {
                  if (place.clientWidth && place.clientWidth !== place._fullLayout.width) Plotly.Plots.resize(place);
                })).observe(place);
              };
              // plotly.js draws its slider for the mouse alone.
              const film = async frames => {
                await Plotly.addFrames(place, frames);
                let shown = frames.length - 1;
                const describe = () => {
                  const slider = place.querySelector(".slider-container");
                  const state = { role: "slider", tabindex: 0, "aria-label": "moment of the training",
                    "aria-valuemin": 0, "aria-valuemax": frames.length - 1, "aria-valuenow": shown, "aria-valuetext": frames[shown].name };
                  for (const [name, value] of Object.entries(state)) slider?.setAttribute(name, value);
                };
                place.on("plotly_animatingframe", ({ name }) => {
                  shown = frames.findIndex(frame => frame.name === name);
                  describe();
                });
                place.on("plotly_afterplot", describe);
                place.addEventListener("keydown", key => {
                  const step = { ArrowLeft: -1, ArrowRight: 1 }[key.key];
                  if (!step || !key.target.closest(".slider-container")) return;
                  key.preventDefault();
                  const next = Math.min(Math.max(shown + step, 0), frames.length - 1);
                  Plotly.animate(place, [frames[next].name], { mode: "immediate", frame: { duration: 0 }, transition: { duration: 0 } });
                });
                describe();
              };
              if (window.Plotly) { draw(); return; }
              window.addEventListener("{{PlotlyScript.ReadyEvent}}", draw, { once: true });
              setTimeout(() => {
                if (!window.Plotly) place.textContent = "This chart is waiting for plotly.js, which the notebook's first code cell puts into the page: run that cell, and the chart appears here.";
              }, 5000);
            })();
            </script>
            """;
    }

    /// <summary>The form that Plotly.NET.Interactive makes: plotly.js comes from a content delivery network.</summary>
    public static string CdnHtml(GenericChart chart) =>
        $"""{Style}<div class="grokking-chart">{Formatters.toInteractiveHTML(chart)}</div>""";

    private static string Title(JObject figure) =>
        (figure["layout"]?["title"] is JObject title ? title["text"] : figure["layout"]?["title"])?.ToString() ?? "untitled";

    // "</script>" in a label would end the script; JSON may spell any character as an escape.
    private static string InScript(string json) => json.Replace("<", "\\u003c", StringComparison.Ordinal);
}
