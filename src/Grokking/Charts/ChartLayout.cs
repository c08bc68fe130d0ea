using Plotly.NET;
using Plotly.NET.LayoutObjects;

namespace Grokking.Charts;

/// <summary>
/// What all figures share: the original's title and buttons, no fixed width, and no background of their own, so
/// that they stand on a light page and on a dark one.
/// </summary>
public static class ChartLayout
{
    // A cell in an editor has some 730 pixels in sight.
    private const int Height = 620;

    // Half-transparent grey is visible on white and on black.
    private const string Border = "rgba(128,128,128,0.7)";
    private const string Clear = "rgba(0,0,0,0)";
    private const string Grid = "rgba(128,128,128,0.25)";
    private const string ZeroLine = "rgba(128,128,128,0.5)";

    private static readonly object Font = new { family = "system-ui, sans-serif", size = 13 };
    private static readonly object ModeBar = new { bgcolor = Clear, color = Border, activecolor = "rgb(128,128,128)" };
    private static readonly object HoverLabel = new { bgcolor = "#1b1f24", font = new { color = "#ffffff", size = 13 } };

    /// <summary>The same looks for a figure that has a layout of its own, as plotly.js's <c>layout.template</c>.</summary>
    public static Template Template()
    {
        var axis = new { gridcolor = Grid, zerolinecolor = ZeroLine, automargin = true };
        var layout = new Layout();
        layout.SetProperty("paper_bgcolor", Clear);
        layout.SetProperty("plot_bgcolor", Clear);
        layout.SetProperty("font", Font);
        layout.SetProperty("title", new { x = 0.5 });
        layout.SetProperty("modebar", ModeBar);
        layout.SetProperty("hoverlabel", HoverLabel);
        layout.SetProperty("colorway", new[] { ChartColor.Blue, ChartColor.Vermilion, ChartColor.Green, ChartColor.Purple });
        layout.SetProperty("xaxis", axis);
        layout.SetProperty("yaxis", axis);
        var template = new Template();
        template.SetProperty("layout", layout);
        return template;
    }

    /// <summary>A figure's layout.</summary>
    /// <param name="title">The title.</param>
    /// <param name="buttons">The buttons below it, if any.</param>
    /// <param name="legend">Whether there is a legend, below the plot.</param>
    public static Layout Of(string title, ChartButton[] buttons, bool legend)
    {
        var layout = new Layout();
        layout.SetProperty("height", Height);
        layout.SetProperty("autosize", true);
        layout.SetProperty("paper_bgcolor", Clear);
        layout.SetProperty("plot_bgcolor", Clear);
        layout.SetProperty("font", Font);
        // From top to bottom: mode bar, title, buttons, plot, axis, legend. Each has a strip to itself at any width.
        layout.SetProperty("margin", new { t = buttons.Length > 0 ? 112 : 72, r = 24, b = legend ? 96 : 64, l = 72 });
        layout.SetProperty("title", new { text = title, x = 0.5, y = 1, yanchor = "top", pad = new { t = 32 }, font = new { size = 18 } });
        layout.SetProperty("showlegend", legend);
        layout.SetProperty(
            "legend", new { orientation = "h", traceorder = "normal", x = 0.5, xanchor = "center", yref = "container", y = 0, yanchor = "bottom" });
        layout.SetProperty("modebar", ModeBar);
        layout.SetProperty("hoverlabel", HoverLabel);
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
        axis.SetProperty("gridcolor", Grid);
        axis.SetProperty("zerolinecolor", ZeroLine);
        axis.SetProperty("automargin", true);
        foreach (var (name, value) in properties)
        {
            axis.SetProperty(name, value);
        }

        return axis;
    }

    /// <summary>An axis of epochs, or of steps: whole numbers, on a linear scale and on a logarithmic one.</summary>
    public static LinearAxis Counts(string title, params ReadOnlySpan<(string Name, object Value)> properties) =>
        Axis([("title", new { text = title }), ("tickformat", ",d"), ("hoverformat", ",d"), .. properties]);

    /// <summary>A logarithmic axis of steps over some two powers of ten: plotly.js would write 700, 800 and 900 into each other.</summary>
    public static LinearAxis Steps(params ReadOnlySpan<(string Name, object Value)> properties) =>
        Counts("optimiser steps", [("type", "log"), ("dtick", "D2"), .. properties]);

    /// <summary>
    /// The distance of a logarithmic axis's ticks, so that they are powers of ten: plotly.js would label 2 and 5 between them
    /// by their digit alone. Null where the values have not two such powers among them.
    /// </summary>
    public static int? Decades(IEnumerable<double> values)
    {
        double[] shown = [.. values.Where(value => value > 0 && double.IsFinite(value))];
        var span = shown.Length == 0 ? 0 : Math.Floor(Math.Log10(shown.Max())) - Math.Ceiling(Math.Log10(shown.Min()));
        return span < 1 ? null : (int)Math.Ceiling(span / 8);
    }

    /// <summary>An axis of losses.</summary>
    /// <param name="values">What is drawn on it.</param>
    /// <param name="logarithmic">Whether it is logarithmic.</param>
    public static LinearAxis Losses(IEnumerable<double> values, bool logarithmic)
    {
        var axis = Axis(("title", new { text = "loss" }), ("exponentformat", "power"));
        switch (Decades(values))
        {
            case { } decades when logarithmic:
                axis.SetProperty("dtick", decades);
                break;
            case null:
                axis.SetProperty("tickformat", "~g");
                break;
        }

        axis.SetProperty("type", logarithmic ? "log" : "linear");
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

    /// <summary>A figure of traces.</summary>
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
