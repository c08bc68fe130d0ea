using Tensor = TorchSharp.torch.Tensor;

namespace Grokking.Notebooks;

/// <summary>Tensors in PyTorch's words.</summary>
public static class TensorText
{
    /// <summary>A tensor's shape: <c>torch.Size([9409, 4])</c>.</summary>
    public static string SizeText(this Tensor tensor) => $"torch.Size([{string.Join(", ", tensor.shape)}])";

    /// <summary>A tensor's number type: <c>torch.int64</c>.</summary>
    public static string DtypeText(this Tensor tensor) => $"torch.{tensor.dtype.ToString().ToLowerInvariant()}";

    /// <summary>A tensor's values, the middle of a long one left out: <c>tensor([32, 97, 72, 98])</c>.</summary>
    public static string Text(this Tensor tensor) =>
        $"tensor({tensor.ToString(TorchSharp.TensorStringStyle.Numpy).ReplaceLineEndings("\n").Replace("\n", "\n       ", StringComparison.Ordinal)})";
}
