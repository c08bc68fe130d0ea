using Grokking.Data;
using Grokking.Models;

namespace Grokking.Benchmarks.Measuring;

/// <summary>Matrix products of one kind in an epoch: <c>[rows, depth] · [depth, columns]</c>, some times over.</summary>
internal sealed record Product(string Name, int Times, int Rows, int Columns, int Depth)
{
    /// <summary>Floating-point operations: two a multiply-add.</summary>
    public double Flop => 2.0 * Times * Rows * Columns * Depth;
}

/// <summary>
/// The matrix products that an epoch of training and validation can't do without in the factored form (see
/// <see cref="Grokking.Training.Fused.FusedEngine"/>). All else, such as softmax, scatter and AdamW, counts as free: it is a floor.
/// </summary>
internal static class EpochProducts
{
    /// <summary>The products of an epoch over a split, in batches of some size, with a model of some width.</summary>
    public static IReadOnlyList<Product> Of(BatchOrder order, GrokkingMlp model)
    {
        var (numbers, tokens) = (order.Split.Dataset.Modulus, model.VocabularySize);
        var (width, units) = (model.EmbeddingWidth, model.HiddenWidth);
        var (steps, training, validation) = (order.Training.Count, order.Split.Training.Length, order.Split.Validation.Length);
        return
        [
            new("tables E·W1aᵀ, E·W1bᵀ, every step", 2 * steps, numbers, units, width),
            new("logits H·W2ᵀ", 1, training, tokens, units),
            new("gradient of H", 1, training, units, tokens),
            new("gradient of W2", 1, tokens, units, training),
            new("gradient of W1a, W1b, every step", 2 * steps, units, width, numbers),
            new("gradient of E, every step", 2 * steps, numbers, width, units),
            new("validation logits", 1, validation, tokens, units),
        ];
    }
}
