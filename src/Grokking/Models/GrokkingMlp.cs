using Grokking.Data;
using Grokking.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Grokking.Models;

/// <summary>
/// The seed notebook's network: embedding, flatten, linear, ReLU, linear; from four tokens to a logit a token. Its
/// parameters have the names that PyTorch gives the seed's: <c>net.0.weight</c>, <c>net.2.weight</c>,
/// <c>net.2.bias</c>, <c>net.4.weight</c>, <c>net.4.bias</c>.
/// </summary>
public sealed class GrokkingMlp : nn.Module<Tensor, Tensor>
{
    private static readonly Lock WeightsAreDrawn = new();

    private readonly Sequential _net;

    /// <summary>
    /// A new network, its weights drawn from torch's global generator (<c>torch.manual_seed</c>) in PyTorch's order.
    /// </summary>
    /// <param name="vocabulary">Tokens, and so logits; 99 in the seed.</param>
    /// <param name="embedding">Width of a token's embedding; 128 in the seed.</param>
    /// <param name="hidden">Width of the hidden layer; 128 in the seed.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1.</exception>
    public GrokkingMlp(int vocabulary = 99, int embedding = 128, int hidden = 128)
        : base(nameof(GrokkingMlp))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(embedding, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 1);
        NativeTorch.Load();
        (VocabularySize, EmbeddingWidth, HiddenWidth) = (vocabulary, embedding, hidden);
        Embedding = nn.Embedding(vocabulary, embedding);
        HiddenLayer = nn.Linear(EquationDataset.TokensPerEquation * embedding, hidden);
        OutputLayer = nn.Linear(hidden, vocabulary);
        _net = nn.Sequential(
            ("0", Embedding), ("1", nn.Flatten()), ("2", HiddenLayer), ("3", nn.ReLU()), ("4", OutputLayer));
        // RegisterComponents() would register each layer a second time, as the field behind its property.
        register_module("net", _net);
        foreach (var layer in new[] { HiddenLayer, OutputLayer })
        {
            nn.init.kaiming_normal_(layer.weight, nonlinearity: nn.init.NonlinearityType.ReLU);
            nn.init.zeros_(layer.bias);
        }

        // An embedding made within a dispose scope would lose its weight with the scope.
        foreach (var parameter in parameters())
        {
            parameter.DetachFromDisposeScope();
        }
    }

    /// <summary>
    /// The network that <c>torch.manual_seed(seed)</c> and the constructor give, also where several threads make theirs at
    /// once: the generator that weights are drawn from is the process's.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1.</exception>
    public static GrokkingMlp FromSeed(ulong seed, int vocabulary = 99, int embedding = 128, int hidden = 128)
    {
        NativeTorch.Load();
        lock (WeightsAreDrawn)
        {
            manual_seed((long)seed);
            return new GrokkingMlp(vocabulary, embedding, hidden);
        }
    }

    /// <summary>Tokens, and so logits.</summary>
    public int VocabularySize { get; }

    /// <summary>Width of a token's embedding.</summary>
    public int EmbeddingWidth { get; }

    /// <summary>Width of the hidden layer.</summary>
    public int HiddenWidth { get; }

    /// <summary>The input layer; weight <c>[vocabulary, embedding]</c>.</summary>
    public Embedding Embedding { get; }

    /// <summary>The layer before the ReLU; weight <c>[hidden, 4 · embedding]</c>, bias <c>[hidden]</c>.</summary>
    public Linear HiddenLayer { get; }

    /// <summary>The layer of the logits; weight <c>[vocabulary, hidden]</c>, bias <c>[vocabulary]</c>.</summary>
    public Linear OutputLayer { get; }

    /// <summary>The number of trained numbers; 91,107 in the seed.</summary>
    public long ParameterCount => parameters().Sum(parameter => parameter.numel());

    /// <summary>Logits, <c>[n, vocabulary] float32</c>.</summary>
    /// <param name="input">Token ids, <c>[n, 4] int64</c>.</param>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public override Tensor forward(Tensor input) =>
        input.dim() == 2 && input.size(1) == EquationDataset.TokensPerEquation
            ? _net.forward(input)
            : throw new ArgumentException(
                $"The input has shape [{string.Join(", ", input.shape)}]; it has to be [n, {EquationDataset.TokensPerEquation}] token ids.");

    internal void RequireVocabulary(EquationDataset dataset)
    {
        if (VocabularySize != dataset.Vocabulary.Count)
        {
            throw new ArgumentException(
                $"The model has {VocabularySize} tokens and the dataset {dataset.Vocabulary.Count}; make it with new GrokkingMlp(dataset.Vocabulary.Count).");
        }
    }

    /// <summary>A network of its own with the same weights.</summary>
    public GrokkingMlp Copy()
    {
        // A new module draws weights; the caller's generator shall not notice.
        using var generator = get_rng_state();
        var copy = new GrokkingMlp(VocabularySize, EmbeddingWidth, HiddenWidth);
        set_rng_state(generator);
        using var withoutGradients = no_grad();
        foreach (var (own, other) in parameters().Zip(copy.parameters()))
        {
            other.copy_(own);
        }

        return copy;
    }

    /// <summary>Writes the weights: <c>.safetensors</c>, or <c>.pth</c> for PyTorch's <c>load_state_dict</c>.</summary>
    /// <exception cref="ArgumentException">The file has another extension.</exception>
    public void Save(string path) => Checkpoint.Save(this, path);

    /// <summary>Reads a network of any size from a <c>.safetensors</c> or a PyTorch <c>.pth</c> state dict.</summary>
    /// <exception cref="InvalidDataException">The file is no state dict of this architecture; the message says what differs.</exception>
    public static GrokkingMlp Load(string path) => Checkpoint.Load(path);
}
