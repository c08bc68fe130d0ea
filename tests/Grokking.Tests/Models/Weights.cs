using Grokking.Models;
using TorchSharp;

namespace Grokking.Tests.Models;

/// <summary>A network's weights as numbers.</summary>
internal static class Weights
{
    /// <summary>All of them, in the order of the parameters.</summary>
    public static float[] Of(EquationModel model) => [.. model.parameters().SelectMany(Numbers)];

    /// <summary>Layer by layer, matrices row by row.</summary>
    public static (float[] Embedding, float[] HiddenWeight, float[] HiddenBias, float[] OutputWeight, float[] OutputBias) ByLayer(GrokkingMlp model)
    {
        float[][] layers = [.. model.parameters().Select(Numbers)];
        return (layers[0], layers[1], layers[2], layers[3], layers[4]);
    }

    private static float[] Numbers(torch.Tensor tensor)
    {
        using var values = tensor.detach();
        return values.data<float>().ToArray();
    }
}
