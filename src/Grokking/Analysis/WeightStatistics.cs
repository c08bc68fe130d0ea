using Grokking.Models;
using static TorchSharp.torch;

namespace Grokking.Analysis;

/// <summary>How large a network's weights are.</summary>
/// <param name="Embedding">L2 norm of the embedding's weight.</param>
/// <param name="Hidden">L2 norm of the hidden layer's weight and bias.</param>
/// <param name="Output">L2 norm of the output layer's weight and bias.</param>
/// <param name="Total">L2 norm of all weights.</param>
/// <param name="OutputSpectralNorm">Largest singular value of the output layer's weight.</param>
/// <param name="ShareBelow">The share of all weights, from 0 to 1, with an absolute value below the threshold.</param>
public readonly record struct WeightStatistics(
    double Embedding, double Hidden, double Output, double Total, double OutputSpectralNorm, double ShareBelow)
{
    /// <summary>The threshold that the seed's author counts with.</summary>
    public const double SmallWeight = 0.01;

    /// <summary>The statistics of a network.</summary>
    /// <param name="model">The network.</param>
    /// <param name="threshold">Below which absolute value a weight is small.</param>
    public static WeightStatistics Of(GrokkingMlp model, double threshold = SmallWeight)
    {
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        var squares = model.parameters().Select(parameter => parameter.to(float64).square().sum().item<double>()).ToArray();
        var below = model.parameters().Sum(parameter => parameter.abs().lt(threshold).sum().item<long>());
        return new WeightStatistics(
            Math.Sqrt(squares[0]),
            Math.Sqrt(squares[1] + squares[2]),
            Math.Sqrt(squares[3] + squares[4]),
            Math.Sqrt(squares.Sum()),
            SpectralNorm.Of(model.OutputLayer.weight!),
            (double)below / model.ParameterCount);
    }
}
