using Plotly.NET;
using Plotly.NET.LayoutObjects;

namespace Grokking.Charts;

/// <summary>
/// What all figures share: the original's title and buttons, no fixed width, and no background of their own, so
/// that they stand on a light page and on a dark one.
/// </summary>
internal static class ChartLayout
{
    // Half-transparent grey is visible on white and on black.
    private const string Border = "rgba(128,128,128,0.7)";
    private const string Clear = "rgba(0,0,0,0)";

    public static Layout Of(string title, ChartButton[] buttons, bool legend)
    {
        var layout = new Layout();
        layout.SetProperty("height", 700);
        layout.SetProperty("autosize", true);
        layout.SetProperty("paper_bgcolor", Clear);
        layout.SetProperty("plot_bgcolor", Clear);
        layout.SetProperty("font", new { family = "system-ui, sans-serif", size = 13 });
        // From top to bottom: title, buttons, plot, axis, legend. Each has a strip to itself at any width.
        layout.SetProperty("margin", new { t = buttons.Length > 0 ? 104 : 64, r = 24, b = legend ? 96 : 64, l = 72 });
        layout.SetProperty("title", new { text = title, x = 0.5, y = 1, yanchor = "top", pad = new { t = 20 }, font = new { size = 18 } });
        layout.SetProperty("showlegend", legend);
        layout.SetProperty(
            "legend", new { orientation = "h", traceorder = "normal", x = 0.5, xanchor = "center", yref = "container", y = 0, yanchor = "bottom" });
        layout.SetProperty("modebar", new { bgcolor = Clear, color = Border, activecolor = "rgb(128,128,128)" });
        layout.SetProperty(
            "hoverlabel", new { bgcolor = "#1b1f24", font = new { color = "#ffffff", size = 13 } });
        if (buttons.Length > 0)
        {
            layout.SetProperty("updatemenus", new[]
            {
                new
                {
                    type = "buttons",
                    direction = "left",
                    buttons,
                    // A button that plays has no state to show.
                    showactive = buttons.All(button => button.method != "animate"),
                    bgcolor = Clear,
                    bordercolor = Border,
                    x = 0,
                    xanchor = "left",
                    y = 1,
                    yanchor = "bottom",
                    pad = new { b = 10 },
                },
            });
        }

        return layout;
    }

    /// <summary>An axis with grid lines that are visible on white and on black.</summary>
    public static LinearAxis Axis(params ReadOnlySpan<(string Name, object Value)> properties)
    {
        var axis = new LinearAxis();
        axis.SetProperty("gridcolor", "rgba(128,128,128,0.25)");
        axis.SetProperty("zerolinecolor", "rgba(128,128,128,0.5)");
        axis.SetProperty("automargin", true);
        foreach (var (name, value) in properties)
        {
            axis.SetProperty(name, value);
        }

        return axis;
    }

    /// <summary>A trace of a type, such as <c>scatter</c>, with plotly.js's properties.</summary>
    public static Trace Trace(string type, params ReadOnlySpan<(string Name, object? Value)> properties)
    {
        var trace = new Trace(type);
        foreach (var (name, value) in properties)
        {
            trace.SetProperty(name, value);
        }

        return trace;
    }

    public static GenericChart Chart(IEnumerable<Trace> traces, Layout layout)
    {
        var config = new Config();
        config.SetProperty("responsive", true);
        config.SetProperty("displaylogo", false);
        config.SetProperty("modeBarButtonsToRemove", new[] { "select2d", "lasso2d", "zoomIn2d", "zoomOut2d", "autoScale2d" });
        var chart = GenericChart.ofTraceObjects(false, traces);
        return GenericChart.setConfig(config, GenericChart.setLayout(layout, chart));
    }
}
