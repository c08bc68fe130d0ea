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
        if (indices.IsEmpty)
        {
            throw new ArgumentException("There are no equations to evaluate logits on; give at least one.", nameof(indices));
        }

        using var scope = NewDisposeScope();
        var chosen = tensor(indices.ToArray());
        var labels = dataset.Labels.index_select(0, chosen);
        var answers = logits.index_select(0, chosen);
        var loss = nn.functional.cross_entropy(answers, labels).item<double>();
        return new Evaluation(loss, 100.0 * answers.argmax(1).eq(labels).sum().item<long>() / indices.Length);
    }
}
