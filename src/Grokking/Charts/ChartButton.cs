namespace Grokking.Charts;

/// <summary>A button above a figure, in plotly.js's words (<c>layout.updatemenus[].buttons[]</c>).</summary>
#pragma warning disable IDE1006, SA1300 // plotly.js's names.
internal sealed record ChartButton(string label, string method, object[] args)
#pragma warning restore IDE1006, SA1300
{
    /// <summary>Makes an axis linear or logarithmic, and shows all of it.</summary>
    public static ChartButton AxisType(string label, string axis, string type) =>
        new(label, "relayout", [new Dictionary<string, object> { [$"{axis}.type"] = type, [$"{axis}.autorange"] = true }]);

    /// <summary>Shows some of the traces.</summary>
    public static ChartButton Show(string label, params bool[] visible) =>
        new(label, "restyle", [new { visible }]);

    /// <summary>Shows some of the traces, and changes the layout with them.</summary>
    public static ChartButton Show(string label, bool[] visible, Dictionary<string, object> layout) =>
        new(label, "update", [new { visible }, layout]);
}
