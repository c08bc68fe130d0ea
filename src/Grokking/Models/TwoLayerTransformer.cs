using Grokking.Data;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Grokking.Models;

/// <summary>
/// The network of Power et al., arXiv 2201.02177, as in openai/grok: a decoder of two layers with four heads, sinusoidal positions, a layer
/// norm after each sum and linear layers without biases; some 400,000 parameters without embedding and unembedding. It reads the tokens
/// a, operation, b, <c>=</c>, and its logits are those after <c>=</c>. Initial weights are PyTorch's defaults.
/// </summary>
/// <remarks>
/// That code puts an end-of-sequence token before and behind each equation, and its loss and accuracy are of the answer and of that token
/// behind it; here, as in the paper's text, of the answer alone.
/// </remarks>
public sealed class TwoLayerTransformer : EquationModel
{
    private const int Positions = EquationDataset.TokensPerEquation;

    private readonly Scalar _one;
    private readonly Tensor _positions;
    private Embedding _embedding = null!;
    private DecoderLayer _first = null!;
    private DecoderLayer _second = null!;
    private Linear _unembedding = null!;

    /// <summary>A new network, its weights drawn from torch's global generator.</summary>
    /// <param name="vocabulary">Tokens, and so logits.</param>
    /// <param name="width">Width of the residual stream, a multiple of 4; 128 in the paper.</param>
    /// <param name="hidden">Neurons of each layer's MLP; 512 in the paper.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1, or the width is no multiple of 4.</exception>
    public TwoLayerTransformer(int vocabulary, int width = 128, int hidden = 512)
        : base(nameof(TwoLayerTransformer), vocabulary)
    {
        Attention.RequireWidth(width);
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 1);
        (Width, HiddenWidth) = (width, hidden);
        GlobalGenerator.Draw(MakeLayers);
        KeepParameters();
        _positions = Sinusoids(width).DetachFromDisposeScope();
        _one = 1;
    }

    /// <summary>Width of the residual stream, and so of a token's embedding.</summary>
    public int Width { get; }

    /// <summary>Neurons of each layer's MLP.</summary>
    public int HiddenWidth { get; }

    /// <inheritdoc/>
    public override Tensor EmbeddingWeight => _embedding.weight!;

    /// <inheritdoc/>
    public override Tensor UnembeddingWeight => _unembedding.weight!;

    /// <inheritdoc/>
    public override TwoLayerTransformer Fresh() => new(VocabularySize, Width, HiddenWidth);

    /// <summary>Logits after the last token, <c>[n, vocabulary] float32</c>.</summary>
    /// <param name="input">Token ids, <c>[n, 4] int64</c>.</param>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public override Tensor forward(Tensor input)
    {
        if (input.dim() != 2 || input.size(1) != Positions)
        {
            throw new ArgumentException($"The input has shape [{string.Join(", ", input.shape)}]; it has to be [n, {Positions}] token ids.");
        }

        var stream = _embedding.forward(input).add(_positions, _one);
        stream = _first.forward(stream, stream);
        // The second layer's other positions are read by nobody.
        var last = _second.forward(stream.narrow(1, Positions - 1, 1), stream);
        return _unembedding.forward(last.squeeze(1));
    }

    /// <summary>A network of the sizes that a state dict's shapes have; null where the shapes are another network's.</summary>
    internal static TwoLayerTransformer? OfShapes(IReadOnlyDictionary<string, long[]> shapes) =>
        shapes.TryGetValue("embedding.weight", out var embedding) && embedding is [> 0, > 0] && embedding[1] % Attention.Heads == 0
        && shapes.TryGetValue("layers.0.in.weight", out var hidden) && hidden is [> 0, > 0]
        && Attention.Fits(embedding[0] + (2 * hidden[0]), embedding[1])
            ? new TwoLayerTransformer((int)embedding[0], (int)embedding[1], (int)hidden[0])
            : null;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _positions.Dispose();
            _one.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>sin and cos in turn, of ever longer waves, <c>[positions, width]</c> (Vaswani et al., arXiv 1706.03762, sec. 3.5).</summary>
    private static Tensor Sinusoids(int width) => tensor(
        [
            .. from position in Enumerable.Range(0, Positions)
               from i in Enumerable.Range(0, width)
               let angle = position / Math.Pow(10_000, (i - (i % 2)) / (double)width)
               select (float)(i % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle)),
        ],
        [Positions, width]);

    private void MakeLayers()
    {
        _embedding = nn.Embedding(VocabularySize, Width);
        (_first, _second) = (new DecoderLayer(Width, HiddenWidth), new DecoderLayer(Width, HiddenWidth));
        _unembedding = nn.Linear(Width, VocabularySize, hasBias: false);
        register_module("embedding", _embedding);
        register_module("layers", nn.ModuleList<nn.Module>(_first, _second));
        register_module("unembedding", _unembedding);
    }

    /// <summary>Attention and an MLP, each added to the residual stream and followed by a layer norm.</summary>
    private sealed class DecoderLayer : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly Scalar _one;
        private readonly Attention _attention;
        private readonly LayerNorm _attentionNorm;
        private readonly Linear _in;
        private readonly Linear _out;
        private readonly LayerNorm _norm;

        public DecoderLayer(int width, int hidden)
            : base(nameof(DecoderLayer))
        {
            (_attention, _attentionNorm) = (new Attention(width, Positions), nn.LayerNorm(width));
            (_in, _out, _norm) = (nn.Linear(width, hidden, hasBias: false), nn.Linear(hidden, width, hasBias: false), nn.LayerNorm(width));
            register_module("attention", _attention);
            register_module("attention_norm", _attentionNorm);
            register_module("in", _in);
            register_module("out", _out);
            register_module("norm", _norm);
            _one = 1;
        }

        /// <summary>The residual stream at the last positions, <c>[n, queries, width]</c>, after what they read in the whole of it.</summary>
        public override Tensor forward(Tensor last, Tensor stream)
        {
            last = _attentionNorm.forward(last.add(_attention.forward(last, stream), _one));
            return _norm.forward(last.add(_out.forward(_in.forward(last).relu()), _one));
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _one.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
