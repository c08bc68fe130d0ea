using Grokking.Data;
using Grokking.Models;
using static TorchSharp.torch;

namespace Grokking.Training;

/// <summary>How well a model knows some equations.</summary>
/// <param name="Loss">Cross-entropy in nats, the mean over the equations.</param>
/// <param name="Accuracy">Percent of the equations whose largest logit is the label's.</param>
public readonly record struct Evaluation(double Loss, double Accuracy)
{
    // Logits of the million equations modulo 1,009 would be eight gigabytes.
    private const int EquationsAtOnce = 4096;

    /// <summary>Evaluates a model, without training it.</summary>
    /// <param name="model">The network.</param>
    /// <param name="dataset">The equations.</param>
    /// <param name="indices">Dataset indices: a side of a <see cref="DatasetSplit"/>, or any others.</param>
    /// <exception cref="ArgumentException">There are no equations, or the model lacks some of the dataset's tokens.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is none of the dataset's.</exception>
    public static Evaluation Of(EquationModel model, EquationDataset dataset, ReadOnlySpan<long> indices)
    {
        model.RequireVocabulary(dataset);
        dataset.RequireIndices(indices);
        using var withoutGradients = no_grad();
        using var evaluating = model.Evaluating();
        var (loss, correct) = (0.0, 0L);
        for (var start = 0; start < indices.Length; start += EquationsAtOnce)
        {
            using var scope = NewDisposeScope();
            var equations = tensor(indices.Slice(start, Math.Min(EquationsAtOnce, indices.Length - start)).ToArray());
            var labels = dataset.Labels.index_select(0, equations);
            var logits = model.Logits(dataset, equations).to(float64);
            loss += nn.functional.cross_entropy(logits, labels, reduction: nn.Reduction.Sum).item<double>();
            correct += Correct(logits, labels);
        }

        return new Evaluation(loss / indices.Length, 100.0 * correct / indices.Length);
    }

    /// <summary>How many rows have the label's logit as their largest.</summary>
    internal static long Correct(Tensor logits, Tensor labels) => Right(logits, labels).sum().item<long>();

    /// <summary>Which rows have, <c>[n] bool</c>. libtorch takes NaN for the largest of numbers; a row with NaN is wrong.</summary>
    internal static Tensor Right(Tensor logits, Tensor labels) =>
        logits.argmax(1).eq(labels).logical_and(logits.amax(1).isnan().logical_not());
}
