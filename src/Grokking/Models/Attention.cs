using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Grokking.Models;

/// <summary>Causal attention of four heads without biases: <c>query</c>, <c>key</c>, <c>value</c> and <c>output</c>, each <c>[width, width]</c>.</summary>
internal sealed class Attention : nn.Module<Tensor, Tensor, Tensor>
{
    public const int Heads = 4;

    private readonly Linear _query;
    private readonly Linear _key;
    private readonly Linear _value;
    private readonly Linear _output;
    private readonly Tensor _future;

    // AdamW says why numbers that libtorch is handed are held.
    private readonly Scalar _scale;
    private readonly Scalar _one;

    /// <param name="width">Width of the residual stream.</param>
    /// <param name="positions">Tokens of a sequence.</param>
    public Attention(int width, int positions)
        : base(nameof(Attention))
    {
        Linear Projection() => nn.Linear(width, width, hasBias: false);
        (_query, _key, _value, _output) = (Projection(), Projection(), Projection(), Projection());
        register_module("query", _query);
        register_module("key", _key);
        register_module("value", _value);
        register_module("output", _output);
        _future = full(positions, positions, float.NegativeInfinity).triu(1).unsqueeze(-1).DetachFromDisposeScope();
        (_scale, _one) = (1 / Math.Sqrt(width / Heads), 1);
    }

    /// <exception cref="ArgumentOutOfRangeException">The width does not go into the heads.</exception>
    public static void RequireWidth(int width)
    {
        if (width < Heads || width % Heads != 0)
        {
            throw new ArgumentOutOfRangeException(
                null, $"The embedding's width is {width}; in a transformer of {Heads} heads it has to be a multiple of {Heads}, such as 128.");
        }
    }

    /// <summary>Whether a network has no more numbers than a state dict may: of some rows of one width, and of square matrices of it.</summary>
    public static bool Fits(long rows, long width) => (rows + width) * width <= StateDict.MostNumbers;

    /// <summary>What the last positions take from the whole sequence, <c>[n, queries, width]</c>.</summary>
    /// <param name="last">The residual stream at the last positions, <c>[n, queries, width]</c>.</param>
    /// <param name="sequence">The residual stream, <c>[n, positions, width]</c>.</param>
    public override Tensor forward(Tensor last, Tensor sequence)
    {
        var values = ByHead(_value.forward(sequence));
        var read = Pattern(last, sequence).unsqueeze(-1).mul(values.unsqueeze(1)).sum(2);
        return _output.forward(read.flatten(2));
    }

    /// <summary>How much each position's value counts, summing to 1, <c>[n, queries, positions, heads]</c>.</summary>
    public Tensor Pattern(Tensor last, Tensor sequence)
    {
        var (queries, keys) = (ByHead(_query.forward(last)), ByHead(_key.forward(sequence)));
        var scores = queries.unsqueeze(2).mul(keys.unsqueeze(1)).sum(-1).mul(_scale);
        var (positions, asking) = (sequence.size(1), last.size(1));
        return scores.add(_future.narrow(0, positions - asking, asking), _one).softmax(2);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _future.Dispose();
            _scale.Dispose();
            _one.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary><c>[n, positions, width]</c> to <c>[n, positions, heads, width / heads]</c>.</summary>
    private static Tensor ByHead(Tensor stream) => stream.unflatten(2, Heads, -1);
}
