using Grokking.Training;
using Plotly.NET;
using Plotly.NET.LayoutObjects;

namespace Grokking.Charts;

/// <summary>How a run went, one point per epoch. Epochs count from 1 here, as in the log lines, so that a log axis shows them all.</summary>
public static class TrainingCharts
{
    /// <summary>Cross-entropy of training and validation; buttons make the y axis linear or logarithmic.</summary>
    /// <exception cref="ArgumentException">The history has no epochs yet.</exception>
    public static GenericChart Loss(TrainingHistory history) => Curves(
        history,
        title: "Loss Curve",
        yAxis: ChartLayout.Losses(Losses(history), logarithmic: false),
        buttons:
        [
            ChartButton.AxisType("Y Axis Linear Scale", "yaxis", "linear"),
            ChartButton.AxisType("Y Axis Log Scale", "yaxis", "log", ChartLayout.Decades(Losses(history))),
        ],
        new HistoryCurve("Train Loss", ChartColor.Blue, epoch => epoch.TrainingLoss, "%{y:.4~g}"),
        new HistoryCurve("Val Loss", ChartColor.Vermilion, epoch => epoch.ValidationLoss, "%{y:.4~g}"));

    /// <summary>Percent of training and validation equations right; buttons make the x axis linear or logarithmic.</summary>
    /// <exception cref="ArgumentException">The history has no epochs yet.</exception>
    public static GenericChart Accuracy(TrainingHistory history) => Curves(
        history,
        title: "Training Accuracy",
        yAxis: ChartLayout.Axis(("title", new { text = "accuracy" }), ("ticksuffix", "%")),
        buttons:
        [
            ChartButton.AxisType("X Axis Linear Scale", "xaxis", "linear"),
            ChartButton.AxisType("X Axis Log Scale", "xaxis", "log"),
        ],
        new HistoryCurve("Train Accuracy", ChartColor.Blue, epoch => epoch.TrainingAccuracy, "%{y:.2f}%"),
        new HistoryCurve("Val Accuracy", ChartColor.Vermilion, epoch => epoch.ValidationAccuracy, "%{y:.2f}%"));

    /// <summary>Spectral norm of the output layer's weight.</summary>
    /// <exception cref="ArgumentException">The history has no epochs yet.</exception>
    public static GenericChart OutputLayerNorm(TrainingHistory history) => Curves(
        history,
        title: "Output Layer Norm",
        yAxis: ChartLayout.Axis(("title", new { text = "spectral norm" })),
        buttons: [],
        new HistoryCurve("Spectral Norm", ChartColor.Blue, epoch => epoch.OutputLayerNorm, "%{y:.4~g}"));

    private static IEnumerable<double> Losses(TrainingHistory history) => history.SelectMany(epoch => new[] { epoch.TrainingLoss, epoch.ValidationLoss });

    private static GenericChart Curves(
        TrainingHistory history, string title, LinearAxis yAxis, ChartButton[] buttons, params HistoryCurve[] curves)
    {
        if (history.Count == 0)
        {
            throw new ArgumentException("The history has no epochs to draw yet: train the model first.");
        }

        var layout = ChartLayout.Of(title, buttons, legend: curves.Length > 1);
        layout.SetProperty("xaxis", ChartLayout.Counts("epoch"));
        layout.SetProperty("yaxis", yAxis);
        layout.SetProperty("hovermode", "x");
        return ChartLayout.Chart(curves.Select(curve => Line(history, curve)), layout);
    }

    private static Trace Line(TrainingHistory history, HistoryCurve curve) => ChartLayout.Trace(
        "scatter",
        ("mode", "lines"),
        ("name", curve.Name),
        // Where x starts and how it goes on, instead of as many numbers again as there are epochs.
        ("x0", 1),
        ("dx", 1),
        ("y", SignificantDigits.Round(history.Select(curve.Value))),
        ("line", new { color = curve.Color, width = 2 }),
        ("hoverlabel", new { bordercolor = curve.Color }),
        ("hovertemplate", $"{curve.Name} {curve.Label}<extra></extra>"));

    private sealed record HistoryCurve(string Name, string Color, Func<EpochRecord, double> Value, string Label);
}
