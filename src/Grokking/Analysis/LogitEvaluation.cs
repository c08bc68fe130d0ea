using Grokking.Data;
using Grokking.Training;
using static TorchSharp.torch;

namespace Grokking.Analysis;

/// <summary>How well logits answer some equations: <see cref="Evaluation"/> of logits that no network gave.</summary>
internal static class LogitEvaluation
{
    /// <param name="logits"><c>[all equations, outputs] float64</c>.</param>
    /// <param name="dataset">The equations.</param>
    /// <param name="indices">Dataset indices.</param>
    public static Evaluation Of(Tensor logits, EquationDataset dataset, ReadOnlySpan<long> indices)
    {
        dataset.RequireIndices(indices);
        using var scope = NewDisposeScope();
        var chosen = tensor(indices.ToArray());
        return Of(logits.index_select(0, chosen), dataset.Labels.index_select(0, chosen));
    }

    /// <summary>The same of the logits of the equations alone.</summary>
    /// <param name="logits"><c>[equations, outputs] float64</c>.</param>
    /// <param name="labels">The right answers, <c>[equations] int64</c>.</param>
    public static Evaluation Of(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var loss = nn.functional.cross_entropy(logits, labels).item<double>();
        return new Evaluation(loss, 100.0 * Evaluation.Correct(logits, labels) / labels.numel());
    }
}
