namespace Grokking.Charts;

/// <summary>A button above a figure, in plotly.js's words (<c>layout.updatemenus[].buttons[]</c>).</summary>
/// <param name="label">What stands on it.</param>
/// <param name="method">What it calls, such as <c>relayout</c>.</param>
/// <param name="args">With what.</param>
#pragma warning disable IDE1006, SA1300 // plotly.js's names.
public sealed record ChartButton(string label, string method, object[] args)
#pragma warning restore IDE1006, SA1300
{
    /// <summary>Makes an axis linear or logarithmic, and shows all of it.</summary>
    /// <param name="label">What stands on it.</param>
    /// <param name="axis">The axis, such as <c>xaxis</c>.</param>
    /// <param name="type"><c>linear</c> or <c>log</c>.</param>
    /// <param name="distance">The distance of its ticks; null leaves it to plotly.js.</param>
    public static ChartButton AxisType(string label, string axis, string type, int? distance = null) =>
        new(label, "relayout", [new Dictionary<string, object?> { [$"{axis}.type"] = type, [$"{axis}.autorange"] = true, [$"{axis}.dtick"] = distance }]);

    /// <summary>Shows some of the traces.</summary>
    public static ChartButton Show(string label, params bool[] visible) =>
        new(label, "restyle", [new { visible }]);

    /// <summary>Shows some of the traces, and changes the layout with them.</summary>
    public static ChartButton Show(string label, bool[] visible, Dictionary<string, object> layout) =>
        new(label, "update", [new { visible }, layout]);
}
