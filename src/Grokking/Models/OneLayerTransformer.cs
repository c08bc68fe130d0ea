using Grokking.Data;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Grokking.Models;

/// <summary>
/// The network of Nanda et al., arXiv 2301.05217: a transformer of one layer with four heads, learned positions, a ReLU MLP and no layer
/// norm. It reads the tokens a, b, <c>=</c>, and its logits are those after <c>=</c>.
/// </summary>
/// <remarks>
/// Initial weights are normal, as in the authors' code: of variance 1/width, those of the unembedding 1/vocabulary; biases are 0. The
/// vocabulary is the dataset's, so the operation has a token here, which is never read and which the authors' network does not have.
/// </remarks>
public sealed class OneLayerTransformer : EquationModel
{
    private const int Positions = 3;

    private readonly Scalar _one;
    private Embedding _embedding = null!;
    private Parameter _positions = null!;
    private Attention _attention = null!;
    private Linear _in = null!;
    private Linear _out = null!;
    private Linear _unembedding = null!;

    /// <summary>A new network, its weights drawn from torch's global generator.</summary>
    /// <param name="vocabulary">Tokens, and so logits.</param>
    /// <param name="width">Width of the residual stream, a multiple of 4; 128 in the paper.</param>
    /// <param name="hidden">Neurons of the MLP; 512 in the paper.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1, or the width is no multiple of 4.</exception>
    public OneLayerTransformer(int vocabulary, int width = 128, int hidden = 512)
        : base(nameof(OneLayerTransformer), vocabulary)
    {
        Attention.RequireWidth(width);
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 1);
        (Width, HiddenWidth) = (width, hidden);
        GlobalGenerator.Draw(MakeLayers);
        KeepParameters();
        _one = 1;
    }

    /// <summary>Width of the residual stream, and so of a token's embedding.</summary>
    public int Width { get; }

    /// <summary>Neurons of the MLP.</summary>
    public int HiddenWidth { get; }

    /// <inheritdoc/>
    public override Tensor EmbeddingWeight => _embedding.weight!;

    /// <inheritdoc/>
    public override Tensor UnembeddingWeight => _unembedding.weight!;

    /// <summary>The matrices of attention and MLP, by name.</summary>
    public override IReadOnlyDictionary<string, Tensor> HiddenMatrices => base.HiddenMatrices.Where(entry => entry.Key != "positions").ToDictionary();

    /// <inheritdoc/>
    public override OneLayerTransformer Fresh() => new(VocabularySize, Width, HiddenWidth);

    /// <summary>The tokens a, b, <c>=</c>, <c>[n, 3] int64</c>.</summary>
    /// <param name="dataset">The equations.</param>
    /// <param name="indices">Which of them, <c>[n] int64</c>.</param>
    public override Tensor TokensOf(EquationDataset dataset, Tensor indices) =>
        base.TokensOf(dataset, indices).index_select(1, tensor([0L, 2L, 3L]));

    /// <summary>Logits after the last token, <c>[n, vocabulary] float32</c>.</summary>
    /// <param name="input">Token ids, <c>[n, 3] int64</c>.</param>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public override Tensor forward(Tensor input)
    {
        var stream = Attended(input);
        return _unembedding.forward(stream.add(_out.forward(Neurons(stream)), _one));
    }

    /// <summary>Outputs of the MLP's neurons after the ReLU at the last token, <c>[n, hidden]</c>.</summary>
    /// <param name="input">Token ids, <c>[n, 3] int64</c>.</param>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public Tensor Hidden(Tensor input) => Neurons(Attended(input));

    /// <summary>How much of a, b and <c>=</c> each head reads at the last token, summing to 1, <c>[n, heads, 3]</c>.</summary>
    /// <param name="input">Token ids, <c>[n, 3] int64</c>.</param>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public Tensor AttentionPattern(Tensor input)
    {
        var stream = Embedded(input);
        return _attention.Pattern(Last(stream), stream).squeeze(1).transpose(1, 2);
    }

    /// <summary>The paper's neuron-logit map <c>W_L = W_U W_out</c>: what a neuron adds to each logit, <c>[vocabulary, hidden]</c>.</summary>
    public Tensor NeuronLogitMap() => _unembedding.weight!.mm(_out.weight!);

    /// <summary>A network of the sizes that a state dict's shapes have; null where the shapes are another network's.</summary>
    internal static OneLayerTransformer? OfShapes(IReadOnlyDictionary<string, long[]> shapes) =>
        shapes.ContainsKey("positions")
        && shapes.TryGetValue("embedding.weight", out var embedding) && embedding is [> 0, > 0] && embedding[1] % Attention.Heads == 0
        && shapes.TryGetValue("in.weight", out var hidden) && hidden is [> 0, > 0]
        && Attention.Fits(embedding[0] + hidden[0], embedding[1])
            ? new OneLayerTransformer((int)embedding[0], (int)embedding[1], (int)hidden[0])
            : null;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _one.Dispose();
        }

        base.Dispose(disposing);
    }

    private static Tensor Last(Tensor stream) => stream.narrow(1, Positions - 1, 1);

    /// <summary>The residual stream before attention, <c>[n, 3, width]</c>.</summary>
    private Tensor Embedded(Tensor input) =>
        input.dim() == 2 && input.size(1) == Positions
            ? _embedding.forward(input).add(_positions, _one)
            : throw new ArgumentException($"The input has shape [{string.Join(", ", input.shape)}]; it has to be [n, {Positions}] token ids.");

    /// <summary>The residual stream of the last token after attention, <c>[n, width]</c>: the others' are read by nobody.</summary>
    private Tensor Attended(Tensor input)
    {
        var stream = Embedded(input);
        var last = Last(stream);
        return last.add(_attention.forward(last, stream), _one).squeeze(1);
    }

    private Tensor Neurons(Tensor stream) => _in.forward(stream).relu();

    private void MakeLayers()
    {
        _embedding = nn.Embedding(VocabularySize, Width);
        _positions = new Parameter(randn(Positions, Width));
        _attention = new Attention(Width, Positions);
        _in = nn.Linear(Width, HiddenWidth);
        _out = nn.Linear(HiddenWidth, Width);
        _unembedding = nn.Linear(Width, VocabularySize, hasBias: false);
        register_module("embedding", _embedding);
        register_parameter("positions", _positions);
        register_module("attention", _attention);
        register_module("in", _in);
        register_module("out", _out);
        register_module("unembedding", _unembedding);
        foreach (var weight in parameters())
        {
            nn.init.normal_(weight, 0, 1 / Math.Sqrt(Width));
        }

        nn.init.normal_(_unembedding.weight, 0, 1 / Math.Sqrt(VocabularySize));
        nn.init.zeros_(_in.bias);
        nn.init.zeros_(_out.bias);
    }
}
