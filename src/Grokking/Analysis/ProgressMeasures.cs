using Grokking.Data;
using Grokking.Models;
using Grokking.Training;
using static TorchSharp.torch;

namespace Grokking.Analysis;

/// <summary>
/// The progress measures of Nanda et al., arXiv 2301.05217: how much of a network's answers comes from the
/// waves <c>cos(w(a + b))</c> and <c>sin(w(a + b))</c> of its key frequencies, w = 2πk/p.
/// </summary>
/// <remarks>
/// Each logit is written as a constant and these waves by least squares over the equations that are judged, and over no
/// others. Fitted over all p² equations, as the paper does, the waves of a sum average the training equations' answers into
/// the held-back ones of the same sum: a lookup table, which knows nothing of these, would be right about all of them. Where
/// all equations are judged, the two fits are the same; the paper judges the excluded loss of its fit on the training equations.
/// <para>
/// On training equations a lookup table, too, has a low restricted loss, as their labels are what it knows: restricted loss
/// is evidence of a rule on validation equations, excluded loss on training equations. A control tells how low is low: as many
/// other frequencies, drawn at random. The paper excludes all of them at once (sec. 5.1), and in its
/// appendix one at a time: give this function one for that.
/// </para>
/// The constant is in all three, as in the authors' code, which puts it back where it is lost: it tells no equation from
/// another. Of a − b the waves are those of a − b. All of the model's tokens have a logit, as in training.
/// </remarks>
/// <param name="Full">Of the logits as they are.</param>
/// <param name="Restricted">Of the constant and the key frequencies' waves alone: low on validation equations once the network calculates.</param>
/// <param name="Excluded">Of everything but these waves: low while the network remembers, about ln p when it has only them.</param>
public readonly record struct ProgressMeasures(Evaluation Full, Evaluation Restricted, Evaluation Excluded)
{
    /// <summary>The measures of a model on some equations.</summary>
    /// <param name="model">The network.</param>
    /// <param name="dataset">All equations a + b or a − b modulo p.</param>
    /// <param name="equations">Dataset indices of those that are judged: a side of a <see cref="DatasetSplit"/>.</param>
    /// <param name="frequencies">The key frequencies, of a run those of the trained network, also for earlier snapshots; none is allowed.</param>
    /// <exception cref="ArgumentException">
    /// There are no equations, the model lacks some of the dataset's tokens, or the operation is no sum or difference.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A frequency is not from 1 to (p − 1)/2, or twice there; or p is under 5.</exception>
    public static ProgressMeasures Of(
        EquationModel model, EquationDataset dataset, ReadOnlySpan<long> equations, IReadOnlyList<int> frequencies)
    {
        model.RequireVocabulary(dataset);
        using var scope = NewDisposeScope();
        return Of(DoublePrecision.Logits(model, dataset), dataset, equations, frequencies);
    }

    /// <summary>The measures of logits, wherever they are from.</summary>
    /// <param name="logits">A row for each of the dataset's equations, <c>[p², outputs]</c>, outputs at least p.</param>
    /// <param name="dataset">All equations a + b or a − b modulo p.</param>
    /// <param name="equations">Dataset indices of those that are judged.</param>
    /// <param name="frequencies">The key frequencies; there may be none.</param>
    /// <exception cref="ArgumentException">
    /// There are no equations, the logits have another shape, or the operation is no sum or difference.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A frequency is not from 1 to (p − 1)/2, or twice there; or p is under 5.</exception>
    public static ProgressMeasures Of(
        Tensor logits, EquationDataset dataset, ReadOnlySpan<long> equations, IReadOnlyList<int> frequencies)
    {
        Frequencies.RequireModulus(dataset.Modulus);
        Frequencies.Require(frequencies, dataset.Modulus);
        if (logits.dim() != 2 || logits.size(0) != dataset.Count || logits.size(1) < dataset.Modulus)
        {
            throw new ArgumentException(
                $"The logits have shape [{string.Join(", ", logits.shape)}]; it has to be [{dataset.Count}, {dataset.Modulus} or more].",
                nameof(logits));
        }

        using var scope = NewDisposeScope();
        RequireSum(dataset);
        dataset.RequireIndices(equations);
        if (equations.Length < 2 * (frequencies.Count + 1))
        {
            throw new ArgumentException(
                $"There are {equations.Length} equations, and {frequencies.Count} frequencies fit so few whatever they are; give at least {2 * (frequencies.Count + 1)}.", nameof(equations));
        }

        var judged = tensor(equations.ToArray());
        var (full, labels) = (logits.detach().index_select(0, judged).to(float64), dataset.Labels.index_select(0, judged));
        var waves = Frequencies.Waves(labels, dataset.Modulus, frequencies);
        var basis = cat([ones([1, equations.Length], float64), waves]).t();
        var coefficients = linalg.pinv(basis).mm(full);
        var keys = waves.t().mm(coefficients[1..]);
        return new ProgressMeasures(
            LogitEvaluation.Of(full, labels),
            LogitEvaluation.Of(coefficients[..1] + keys, labels),
            LogitEvaluation.Of(full - keys, labels));
    }

    // The label of a sum or difference is its wave's argument, and takes each value equally often.
    private static void RequireSum(EquationDataset dataset)
    {
        var (a, b) = (dataset.Features.select(1, 0), dataset.Features.select(1, 2));
        var isSum = dataset.Count == dataset.Modulus * dataset.Modulus
            && new[] { 1, -1 }.Any(sign => a.add(b, alpha: sign).remainder(dataset.Modulus).equal(dataset.Labels).all().item<bool>());
        if (!isSum)
        {
            throw new ArgumentException(
                $"The restricted and the excluded loss are of the waves of a + b or a - b, and the operation is a {dataset.Operation} b.",
                nameof(dataset));
        }
    }
}
