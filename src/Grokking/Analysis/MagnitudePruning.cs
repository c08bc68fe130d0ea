using Grokking.Data;
using Grokking.Models;
using Grokking.Training;
using static TorchSharp.torch;

namespace Grokking.Analysis;

/// <summary>What a network still knows when its small weights are set to zero.</summary>
/// <param name="Threshold">Weights and biases of a smaller absolute value became zero.</param>
/// <param name="SharePruned">The share of all weights and biases that were, from 0 to 1.</param>
/// <param name="Pruned">Loss and accuracy with the others.</param>
public readonly record struct MagnitudePruning(double Threshold, double SharePruned, Evaluation Pruned)
{
    /// <summary>Prunes by each of some thresholds. The model stays as it is.</summary>
    /// <param name="model">The network.</param>
    /// <param name="dataset">The equations.</param>
    /// <param name="indices">Dataset indices of those that are judged.</param>
    /// <param name="thresholds">The thresholds, each at least 0, such as 0.01.</param>
    /// <returns>One entry per threshold, in their order.</returns>
    /// <exception cref="ArgumentException">There are no equations, or the model lacks some of the dataset's tokens.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A threshold is negative or no number, or an index is none of the dataset's.</exception>
    public static IReadOnlyList<MagnitudePruning> Of(
        EquationModel model, EquationDataset dataset, ReadOnlySpan<long> indices, IReadOnlyList<double> thresholds)
    {
        model.RequireVocabulary(dataset);
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        var prunings = new List<MagnitudePruning>();
        foreach (var threshold in thresholds)
        {
            if (!(threshold >= 0))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(thresholds),
                    FormattableString.Invariant($"The threshold is {threshold}; it has to be at least 0, such as 0.01."));
            }

            using var step = NewDisposeScope();
            var under = 0L;
            using var rest = DoublePrecision.Copy(model);
            foreach (var weight in rest.parameters())
            {
                var small = weight.abs().lt(threshold);
                under += small.sum().item<long>();
                weight.masked_fill_(small, 0);
            }

            prunings.Add(new MagnitudePruning(
                threshold, (double)under / model.ParameterCount, LogitEvaluation.Of(DoublePrecision.LogitsOf(rest, dataset), dataset, indices)));
        }

        return prunings;
    }
}
