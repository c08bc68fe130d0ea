using Grokking.Charts;
using Grokking.Models;
using Plotly.NET;

namespace Grokking.Tests.Seams;

/// <summary>How large the numbers of the embedding are.</summary>
public static class WeightChart
{
    public static GenericChart Embedding(EquationModel model)
    {
        var trace = new Trace("histogram");
        trace.SetProperty("x", TensorValues.Of(model.EmbeddingWeight).Values.ToArray());
        trace.SetProperty("marker", new { color = ChartColor.Blue });

        var layout = ChartLayout.Of("Weights of the embedding", buttons: [], legend: false);
        layout.SetProperty("xaxis", ChartLayout.Axis(("title", new { text = "weight" })));
        return ChartLayout.Chart([trace], layout);
    }
}
