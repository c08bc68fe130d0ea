using Grokking.Data;
using Grokking.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Grokking.Tests.Seams;

/// <summary>
/// A network unlike the original's: three tokens (a, b, <c>=</c>), two hidden layers, embedding and unembedding as plain
/// parameters with names of their own, the unembedding as <c>[width, vocabulary]</c>, no bias on the way out.
/// </summary>
public sealed class TwoLayerNetwork : EquationModel
{
    private readonly int _width;
    private readonly int _hidden;
    private readonly Parameter _embedding;
    private readonly Parameter _unembedding;
    private readonly Linear _first;
    private readonly Linear _second;

    public TwoLayerNetwork(int vocabulary, int width, int hidden)
        : base(nameof(TwoLayerNetwork), vocabulary)
    {
        (_width, _hidden) = (width, hidden);
        _embedding = new Parameter(randn(vocabulary, width));
        _first = nn.Linear(3 * width, hidden);
        _second = nn.Linear(hidden, hidden);
        _unembedding = new Parameter(randn(hidden, vocabulary) / Math.Sqrt(hidden));
        register_parameter("W_E", _embedding);
        register_module("first", _first);
        register_module("second", _second);
        register_parameter("W_U", _unembedding);
        KeepParameters();
    }

    public override Tensor EmbeddingWeight => _embedding;

    public override Tensor UnembeddingWeight => _unembedding.t();

    public override EquationModel Fresh() => new TwoLayerNetwork(VocabularySize, _width, _hidden);

    public override Tensor TokensOf(EquationDataset dataset, Tensor indices) =>
        dataset.Features.index_select(0, indices).index_select(1, tensor([0L, 2L, 3L]));

    public override Tensor forward(Tensor tokens)
    {
        var embedded = _embedding.index_select(0, tokens.flatten()).view(tokens.size(0), 3 * _width);
        return _second.forward(_first.forward(embedded).relu()).relu().mm(_unembedding);
    }

    public static TwoLayerNetwork? OfShapes(IReadOnlyDictionary<string, long[]> shapes) =>
        shapes.TryGetValue("W_E", out var embedding) && embedding is [> 0, > 0] && shapes.TryGetValue("W_U", out var output) && output is [> 0, _]
            ? new TwoLayerNetwork((int)embedding[0], (int)embedding[1], (int)output[0])
            : null;
}
