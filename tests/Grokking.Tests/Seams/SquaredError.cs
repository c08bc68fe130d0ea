using static TorchSharp.torch;

namespace Grokking.Tests.Seams;

/// <summary>The squared error against one-hot answers, as in Liu et al.'s Omnigrok (arXiv 2210.01117).</summary>
public static class SquaredError
{
    public static Tensor Loss(Tensor logits, Tensor labels) =>
        nn.functional.mse_loss(logits, nn.functional.one_hot(labels, logits.shape[1]).to(logits.dtype));
}
