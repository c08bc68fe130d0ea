using Grokking.Data;
using Grokking.Models;
using static TorchSharp.torch;

namespace Grokking.Analysis;

/// <summary>
/// A network's weights in float64, apart from the network: analysis changes these, and neither the model nor torch's
/// generator, from which a second model would draw.
/// </summary>
internal sealed record NetworkWeights(Tensor Embedding, Tensor HiddenWeight, Tensor HiddenBias, Tensor OutputWeight, Tensor OutputBias)
{
    public static NetworkWeights Of(GrokkingMlp model) => new(
        Copy(model.Embedding.weight!),
        Copy(model.HiddenLayer.weight!),
        Copy(model.HiddenLayer.bias!),
        Copy(model.OutputLayer.weight!),
        Copy(model.OutputLayer.bias!));

    public NetworkWeights Map(Func<Tensor, Tensor> change) =>
        new(change(Embedding), change(HiddenWeight), change(HiddenBias), change(OutputWeight), change(OutputBias));

    /// <summary>Outputs of the hidden layer after the ReLU, <c>[equations, hidden] float64</c>.</summary>
    public Tensor Hidden(EquationDataset dataset)
    {
        // The sum over the four tokens of what each adds. There are few tokens, so few products with the layer's weight.
        var sum = HiddenBias;
        var places = HiddenWeight.chunk(EquationDataset.TokensPerEquation, 1);
        for (var place = 0; place < places.Length; place++)
        {
            sum = sum + Embedding.matmul(places[place].t()).index_select(0, dataset.Features.select(1, place));
        }

        return nn.functional.relu(sum);
    }

    /// <summary>Logits, <c>[equations, vocabulary] float64</c>.</summary>
    public Tensor Logits(EquationDataset dataset) => nn.functional.linear(Hidden(dataset), OutputWeight, OutputBias);

    private static Tensor Copy(Tensor weight) => weight.detach().to(float64);
}
