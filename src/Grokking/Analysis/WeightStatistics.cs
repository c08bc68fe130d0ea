using Grokking.Models;
using static TorchSharp.torch;

namespace Grokking.Analysis;

/// <summary>How large a network's weights are.</summary>
/// <param name="Embedding">L2 norm of the layer of the embedding.</param>
/// <param name="Hidden">L2 norm of all other weights: of the MLP, the hidden layer's weight and bias.</param>
/// <param name="Output">L2 norm of the output layer's weight and bias.</param>
/// <param name="Total">L2 norm of all weights.</param>
/// <param name="OutputSpectralNorm">Largest singular value of the output layer's weight.</param>
/// <param name="ShareBelow">The share of all weights, from 0 to 1, with an absolute value below the threshold.</param>
public readonly record struct WeightStatistics(
    double Embedding, double Hidden, double Output, double Total, double OutputSpectralNorm, double ShareBelow)
{
    /// <summary>The threshold that the original's author counts with.</summary>
    public const double SmallWeight = 0.01;

    /// <summary>The statistics of a network.</summary>
    /// <param name="model">The network.</param>
    /// <param name="threshold">Below which absolute value a weight is small.</param>
    public static WeightStatistics Of(EquationModel model, double threshold = SmallWeight)
    {
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        var layers = model.State
            .GroupBy(entry => LayerOf(entry.Key))
            .ToDictionary(layer => layer.Key, layer => layer.Sum(entry => entry.Value.to(float64).square().sum().item<double>()));
        var below = model.State.Values.Sum(parameter => parameter.abs().lt(threshold).sum().item<long>());
        var (embedding, output) = (LayerOf(model.NameOf(model.EmbeddingWeight)), LayerOf(model.NameOf(model.UnembeddingWeight)));
        return new WeightStatistics(
            Math.Sqrt(layers[embedding]),
            Math.Sqrt(layers.Where(layer => layer.Key != embedding && layer.Key != output).Sum(layer => layer.Value)),
            Math.Sqrt(layers[output]),
            Math.Sqrt(layers.Values.Sum()),
            SpectralNorm.Of(model.UnembeddingWeight),
            (double)below / model.ParameterCount);
    }

    // A weight and its bias are a layer: net.2.weight and net.2.bias.
    private static string LayerOf(string parameter) => parameter[..Math.Max(0, parameter.LastIndexOf('.'))] is { Length: > 0 } layer ? layer : parameter;
}
