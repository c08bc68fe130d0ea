using Grokking.Analysis;
using Grokking.Training;
using Plotly.NET;

namespace Grokking.Charts;

/// <summary>What the weights do while the network learns.</summary>
public static class TrajectoryCharts
{
    /// <summary>
    /// On one axis of epochs, from top to bottom: the accuracies; the norms of the layers; the spectral norm of the output
    /// layer; the share of small weights; the speed. The run's phases are marked by bands.
    /// </summary>
    /// <param name="history">The run.</param>
    /// <param name="snapshots">Its snapshots.</param>
    /// <exception cref="ArgumentException">The history has no epochs, or there are no snapshots after the first epoch.</exception>
    public static GenericChart Weights(TrainingHistory history, IReadOnlyList<WeightSnapshot> snapshots)
    {
        WeightSnapshot[] trained = [.. snapshots.Where(snapshot => snapshot.Epochs > 0)];
        if (history.Count == 0 || trained.Length == 0)
        {
            throw new ArgumentException("There is no trajectory to draw yet: give the trainer a schedule of snapshots, and train.");
        }

        WeightStatistics[] statistics = [.. trained.Select(snapshot => WeightStatistics.Of(snapshot.Model))];
        var moments = trained.Select(snapshot => snapshot.Epochs);
        EpochRecord[] drawn = [.. DrawnEpochs.Of(history.Count).Select(epoch => history[epoch])];
        var epochs = drawn.Select(epoch => epoch.Epoch + 1);
        Panel[] panels =
        [
            new("accuracy, %",
                new DrawnLine("training", ChartColor.Blue, epochs, drawn.Select(epoch => epoch.TrainingAccuracy)),
                new DrawnLine("validation", ChartColor.Vermilion, epochs, drawn.Select(epoch => epoch.ValidationAccuracy))),
            new("L2 norm",
                new DrawnLine("all", ChartColor.Grey, moments, statistics.Select(statistic => statistic.Total)),
                new DrawnLine("embedding", ChartColor.Green, moments, statistics.Select(statistic => statistic.Embedding)),
                new DrawnLine("hidden", ChartColor.Blue, moments, statistics.Select(statistic => statistic.Hidden)),
                new DrawnLine("output", ChartColor.Vermilion, moments, statistics.Select(statistic => statistic.Output))),
            new("spectral norm", new DrawnLine("output layer", ChartColor.Vermilion, epochs, drawn.Select(epoch => epoch.OutputLayerNorm))),
            new("share of the weights, %",
                new DrawnLine("under 0.01", ChartColor.Green, moments, statistics.Select(statistic => 100 * statistic.ShareBelow))),
            new("speed", new DrawnLine("L2 change in an epoch", ChartColor.Grey, moments, trained.Select(snapshot => snapshot.Speed))),
        ];
        return Draw("The weights while the network learns", panels, TrainingPhase.Of(history));
    }

    private static GenericChart Draw(string title, Panel[] panels, IReadOnlyList<TrainingPhase> phases)
    {
        // The gap has a panel's title and its lines' names.
        const double gap = 0.06;
        var layout = ChartLayout.Of(title, [], legend: false);
        layout.SetProperty("height", 640);
        layout.SetProperty("margin", new { t = 128, r = 24, b = 56, l = 56 });
        layout.SetProperty("hovermode", "x");
        layout.SetProperty("xaxis", ChartLayout.Counts("epoch", ("type", "log"), ("anchor", $"y{panels.Length}")));
        var height = (1 + gap) / panels.Length;
        for (var panel = 0; panel < panels.Length; panel++)
        {
            var top = 1 - (panel * height);
            layout.SetProperty(
                panel == 0 ? "yaxis" : $"yaxis{panel + 1}",
                ChartLayout.Axis(("domain", new[] { Math.Max(0, top - height + gap), top }), ("nticks", 4)));
        }

        layout.SetProperty("annotations", panels.Select((panel, index) => new
        {
            text = string.Join("  ", panel.Lines.Select(line => $"<span style=\"color:{line.Color}\">━</span> {line.Name}").Prepend($"<b>{panel.Title}</b>")),
            showarrow = false,
            font = new { size = 12 },
            xref = "paper",
            x = 0,
            xanchor = "left",
            xshift = -44,
            yref = "paper",
            y = 1 - (index * height),
            yanchor = "bottom",
            yshift = 4,
        }));

        layout.SetProperty("shapes", phases.Select((phase, index) => new
        {
            type = "rect",
            xref = "x",
            yref = "paper",
            x0 = phase.Start + 1,
            x1 = phase.End + 1,
            y0 = 0,
            y1 = 1.15,
            layer = "below",
            line = new { width = 0 },
            fillcolor = index % 2 == 0 ? "rgba(128,128,128,0.16)" : "rgba(128,128,128,0.05)",
            // In two rows, as a short phase's name is wider than its band.
            label = new
            {
                text = index % 2 == 0 ? phase.Name : $"<br>{phase.Name}",
                textposition = index == phases.Count - 1 ? "top right" : "top center",
                font = new { size = 12 },
            },
        }));
        return ChartLayout.Chart(panels.SelectMany((panel, index) => panel.Lines.Select(line => TraceOf(line, index))), layout);
    }

    private static Trace TraceOf(DrawnLine line, int panel) => ChartLayout.Trace(
        "scatter",
        ("mode", "lines"),
        ("name", line.Name),
        ("x", line.X),
        ("y", SignificantDigits.Round(line.Y)),
        ("yaxis", panel == 0 ? "y" : $"y{panel + 1}"),
        ("line", new { color = line.Color, width = 2 }),
        ("hovertemplate", $"{line.Name} %{{y:.4~g}}<extra></extra>"));

    private sealed record DrawnLine(string Name, string Color, IEnumerable<int> X, IEnumerable<double> Y);

    private sealed record Panel(string Title, params DrawnLine[] Lines);
}
