using Grokking.Analysis;
using Grokking.Data;
using Grokking.Training;
using Plotly.NET;
using static TorchSharp.torch;

namespace Grokking.Charts;

/// <summary>Animations of a run: a slider and a play button over its snapshots.</summary>
public static class AnimationCharts
{
    private const double Margin = 1.1;

    // In the order of their codes in the table's frames.
    private static readonly (string Name, string Color)[] Answers =
    [
        ("validation, wrong", ChartColor.Vermilion),
        ("validation, right", ChartColor.Blue),
        ("training, wrong", "#f0b184"),
        ("training, right", "#9cc4dc"),
    ];

    /// <summary>The numbers' embeddings on one plane, which stays where it is.</summary>
    /// <param name="snapshots">The moments, in order.</param>
    /// <param name="plane">The plane, usually of the last snapshot's network.</param>
    /// <exception cref="ArgumentException">There are no snapshots.</exception>
    public static GenericChart Embedding(IReadOnlyList<WeightSnapshot> snapshots, EmbeddingPlane plane)
    {
        RequireSnapshots(snapshots);
        var places = snapshots.Select(snapshot => plane.Project(snapshot.Model)).ToArray();
        var reach = Margin * places.Max(points => points.Cast<double>().Max(Math.Abs));
        var layout = ChartLayout.Of($"The numbers’ embeddings: {plane.Name}", ChartAnimation.Buttons, legend: false);
        layout.SetProperty("xaxis", ChartLayout.Axis(("title", new { text = plane.Directions.First, standoff = 4 }), ("range", new[] { -reach, reach }), ("constrain", "domain")));
        layout.SetProperty(
            "yaxis", ChartLayout.Axis(("title", new { text = plane.Directions.Second }), ("range", new[] { -reach, reach }), ("constrain", "domain"), ("scaleanchor", "x"), ("scaleratio", 1), ("constraintoward", "top")));
        layout.SetProperty("hovermode", "closest");
        return ChartAnimation.Of(layout, [.. snapshots.Select(snapshot => snapshot.Epochs)], [], frame => EmbeddingCharts.Labelled("numbers", places[frame], Enumerable.Range(0, places[frame].GetLength(0)), ChartColor.Blue));
    }

    /// <summary>Every equation of the task, a × b: answered right or wrong, learnt from or kept back.</summary>
    /// <param name="snapshots">The moments, in order.</param>
    /// <param name="split">The equations of both sides.</param>
    /// <exception cref="ArgumentException">There are no snapshots.</exception>
    public static GenericChart Table(IReadOnlyList<WeightSnapshot> snapshots, DatasetSplit split)
    {
        RequireSnapshots(snapshots);
        var layout = ChartLayout.Of($"Right and wrong: {split.Dataset}", ChartAnimation.Buttons, legend: true);
        layout.SetProperty("margin", new { t = 144, r = 24, b = 64, l = 72 });
        layout.SetProperty("legend", new { orientation = "h", x = 0.5, xanchor = "center", y = 1.07, yanchor = "bottom", itemclick = false, itemdoubleclick = false });
        layout.SetProperty("xaxis", ChartLayout.Axis(("title", new { text = "b", standoff = 4 }), ("constrain", "domain"), ("showgrid", false), ("zeroline", false), ("range", new[] { -0.5, split.Dataset.Modulus - 0.5 })));
        layout.SetProperty(
            "yaxis", ChartLayout.Axis(("title", new { text = "a" }), ("constrain", "domain"), ("showgrid", false), ("zeroline", false), ("range", new[] { split.Dataset.Modulus - 0.5, -0.5 }), ("scaleanchor", "x"), ("scaleratio", 1), ("constraintoward", "top")));
        layout.SetProperty("hovermode", "closest");
        return ChartAnimation.Of(
            layout, [.. snapshots.Select(snapshot => snapshot.Epochs)], [.. Answers.Select(Key)], frame => Grid(snapshots[frame], split));
    }

    /// <summary>A colour's entry in the legend, which a heatmap has none of.</summary>
    private static Trace Key((string Name, string Color) answer) => ChartLayout.Trace(
        "scatter",
        ("mode", "markers"),
        ("name", answer.Name),
        ("x", new double?[] { null }),
        ("y", new double?[] { null }),
        ("marker", new { color = answer.Color, size = 12, symbol = "square" }));

    private static Trace Grid(WeightSnapshot snapshot, DatasetSplit split)
    {
        const byte undefined = 255;
        var numbers = split.Dataset.Modulus;
        var answers = new byte[numbers * numbers];
        Array.Fill(answers, undefined);
        using (NewDisposeScope())
        using (no_grad())
        using (snapshot.Model.Evaluating())
        {
            var logits = snapshot.Model.Logits(split.Dataset, arange(split.Dataset.Count, dtype: int64));
            var right = Evaluation.Right(logits, split.Dataset.Labels).data<bool>().ToArray();
            Mark(split.Validation, wrong: 0);
            Mark(split.Training, wrong: 2);

            void Mark(ReadOnlySpan<long> equations, byte wrong)
            {
                foreach (var equation in equations)
                {
                    var tokens = split.Dataset.TokensOf(equation);
                    answers[(tokens[0] * numbers) + tokens[2]] = (byte)(wrong + (right[equation] ? 1 : 0));
                }
            }
        }

        var trace = new Trace("heatmap");
        trace.SetProperty("name", "answers");
        // plotly.js's form for numbers in base64: an eighth of their text.
        trace.SetProperty("z", new { dtype = "u1", bdata = Convert.ToBase64String(answers), shape = $"{numbers}, {numbers}" });
        trace.SetProperty("zmin", -0.5);
        trace.SetProperty("zmax", Answers.Length - 0.5);
        trace.SetProperty("colorscale", Answers.SelectMany((answer, code) => new object[][]
        {
            [(double)code / Answers.Length, answer.Color],
            [(code + 1.0) / Answers.Length, answer.Color],
        }));
        trace.SetProperty("showscale", false);
        trace.SetProperty("hovertemplate", $"a = %{{y}}, b = %{{x}}<extra></extra>");
        return trace;
    }

    private static void RequireSnapshots(IReadOnlyList<WeightSnapshot> snapshots)
    {
        if (snapshots.Count == 0)
        {
            throw new ArgumentException("There are no snapshots to show yet: give the trainer a schedule, and train.");
        }
    }
}
