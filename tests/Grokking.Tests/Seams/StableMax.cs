using TorchSharp;
using static TorchSharp.torch;

namespace Grokking.Tests.Seams;

/// <summary>Cross-entropy with StableMax for softmax (Prieto et al., arXiv 2501.04697): x + 1 from 0 on, 1 / (1 − x) below, in place of eˣ.</summary>
public static class StableMax
{
    private static readonly Scalar One = 1;

    public static Tensor Loss(Tensor logits, Tensor labels)
    {
        var sizes = logits.relu().add(logits.neg().relu().add(One).reciprocal());
        var shares = sizes.gather(1, labels.unsqueeze(1)).div(sizes.sum(1, keepdim: true));
        return shares.log().mean().neg();
    }
}
