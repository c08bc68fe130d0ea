using Grokking.Data;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Grokking.Models;

/// <summary>
/// The original's network: embedding, flatten, linear, ReLU, linear; from four tokens to one logit per token. Its
/// parameters have the names that PyTorch gives the original's: <c>net.0.weight</c>, <c>net.2.weight</c>,
/// <c>net.2.bias</c>, <c>net.4.weight</c>, <c>net.4.bias</c>.
/// </summary>
public sealed class GrokkingMlp : EquationModel
{
    private Sequential _net = null!;

    /// <summary>
    /// A new network, its weights drawn from torch's global generator (<c>torch.manual_seed</c>) in PyTorch's order.
    /// </summary>
    /// <param name="vocabulary">Tokens, and so logits; 99 in the original.</param>
    /// <param name="embedding">Width of a token's embedding; 128 in the original.</param>
    /// <param name="hidden">Width of the hidden layer; 128 in the original.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1.</exception>
    public GrokkingMlp(int vocabulary = 99, int embedding = 128, int hidden = 128)
        : base(nameof(GrokkingMlp), vocabulary)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(embedding, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 1);
        (EmbeddingWidth, HiddenWidth) = (embedding, hidden);
        GlobalGenerator.Draw(MakeLayers);
        KeepParameters();
    }

    /// <summary>
    /// The network that <c>torch.manual_seed(seed)</c> and the constructor give, also where several threads make theirs at
    /// once. It leaves torch's global generator as it was.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1.</exception>
    public static GrokkingMlp FromSeed(ulong seed, int vocabulary = 99, int embedding = 128, int hidden = 128) =>
        GlobalGenerator.Borrow(() => new GrokkingMlp(vocabulary, embedding, hidden), seed);

    /// <summary>Width of a token's embedding.</summary>
    public int EmbeddingWidth { get; }

    /// <summary>Width of the hidden layer.</summary>
    public int HiddenWidth { get; }

    /// <summary>The input layer; weight <c>[vocabulary, embedding]</c>.</summary>
    public Embedding Embedding { get; private set; } = null!;

    /// <summary>The layer before the ReLU; weight <c>[hidden, 4 · embedding]</c>, bias <c>[hidden]</c>.</summary>
    public Linear HiddenLayer { get; private set; } = null!;

    /// <summary>The layer of the logits; weight <c>[vocabulary, hidden]</c>, bias <c>[vocabulary]</c>.</summary>
    public Linear OutputLayer { get; private set; } = null!;

    /// <inheritdoc/>
    public override Tensor EmbeddingWeight => Embedding.weight!;

    /// <inheritdoc/>
    public override Tensor UnembeddingWeight => OutputLayer.weight!;

    /// <inheritdoc/>
    public override GrokkingMlp Fresh() => new(VocabularySize, EmbeddingWidth, HiddenWidth);

    /// <summary>Logits, <c>[n, vocabulary] float32</c>.</summary>
    /// <param name="input">Token ids, <c>[n, 4] int64</c>.</param>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public override Tensor forward(Tensor input) =>
        input.dim() == 2 && input.size(1) == EquationDataset.TokensPerEquation
            ? _net.forward(input)
            : throw new ArgumentException(
                $"The input has shape [{string.Join(", ", input.shape)}]; it has to be [n, {EquationDataset.TokensPerEquation}] token ids.");

    /// <summary>Outputs of the hidden layer after the ReLU, <c>[n, hidden]</c>.</summary>
    /// <param name="input">Token ids, <c>[n, 4] int64</c>.</param>
    public Tensor Hidden(Tensor input) => nn.functional.relu(HiddenLayer.forward(Embedding.forward(input).flatten(1)));

    /// <summary>
    /// A network of the sizes that a state dict's shapes have; null where the shapes are another network's, or where the network
    /// would have more numbers than a state dict may.
    /// </summary>
    internal static GrokkingMlp? OfShapes(IReadOnlyDictionary<string, long[]> shapes) =>
        shapes.TryGetValue("net.0.weight", out var embedding) && embedding is [> 0, > 0]
        && shapes.TryGetValue("net.2.weight", out var hidden) && hidden is [> 0, > 0]
        && (embedding[0] + (EquationDataset.TokensPerEquation * embedding[1])) * hidden[0] <= StateDict.MostNumbers
            ? new GrokkingMlp((int)embedding[0], (int)embedding[1], (int)hidden[0])
            : null;

    private void MakeLayers()
    {
        Embedding = nn.Embedding(VocabularySize, EmbeddingWidth);
        HiddenLayer = nn.Linear(EquationDataset.TokensPerEquation * EmbeddingWidth, HiddenWidth);
        OutputLayer = nn.Linear(HiddenWidth, VocabularySize);
        _net = nn.Sequential(
            ("0", Embedding), ("1", nn.Flatten()), ("2", HiddenLayer), ("3", nn.ReLU()), ("4", OutputLayer));
        // RegisterComponents() would register each layer a second time, as the field behind its property.
        register_module("net", _net);
        foreach (var layer in new[] { HiddenLayer, OutputLayer })
        {
            nn.init.kaiming_normal_(layer.weight, nonlinearity: nn.init.NonlinearityType.ReLU);
            nn.init.zeros_(layer.bias);
        }
    }
}
