using Grokking.Data;
using Grokking.Training;
using static TorchSharp.torch;

namespace Grokking.Analysis;

/// <summary>How well logits answer some equations: <see cref="Evaluation"/> of logits that no network gave.</summary>
internal static class LogitEvaluation
{
    /// <param name="logits"><c>[all equations, outputs] float64</c>.</param>
    /// <param name="dataset">The equations.</param>
    /// <param name="equations">Dataset indices.</param>
    public static Evaluation Of(Tensor logits, EquationDataset dataset, ReadOnlySpan<long> equations)
    {
        if (equations.IsEmpty)
        {
            throw new ArgumentException("There are no equations to evaluate logits on; give at least one.", nameof(equations));
        }

        using var scope = NewDisposeScope();
        var indices = tensor(equations.ToArray());
        var labels = dataset.Labels.index_select(0, indices);
        var chosen = logits.index_select(0, indices);
        var loss = nn.functional.cross_entropy(chosen, labels).item<double>();
        return new Evaluation(loss, 100.0 * chosen.argmax(1).eq(labels).sum().item<long>() / equations.Length);
    }
}
