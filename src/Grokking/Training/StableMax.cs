using TorchSharp;
using static TorchSharp.torch;

namespace Grokking.Training;

/// <summary>
/// Cross-entropy with StableMax for softmax (Prieto et al., arXiv 2501.04697, sec. 4.1): s(x) = x + 1 from 0 on and 1 / (1 − x) below,
/// in place of eˣ. It grows so slowly that the loss of a sure answer does not round to zero.
/// </summary>
public static class StableMax
{
    private static readonly Scalar One = 1;

    /// <summary>The mean over a batch, a scalar.</summary>
    /// <param name="logits"><c>[n, vocabulary]</c>.</param>
    /// <param name="labels"><c>[n] int64</c>.</param>
    public static Tensor Loss(Tensor logits, Tensor labels)
    {
        var sizes = logits.relu().add(logits.neg().relu().add(One, One).reciprocal(), One);
        var shares = sizes.gather(1, labels.unsqueeze(1)).div(sizes.sum(1, keepdim: true));
        return shares.log().mean().neg();
    }
}
