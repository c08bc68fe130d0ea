using static System.FormattableString;

namespace Grokking.Models;

/// <summary>How wide a network is.</summary>
/// <param name="Embedding">Width of a token's embedding; 128 in the original.</param>
/// <param name="Hidden">Width of the hidden layer; 128 in the original.</param>
public readonly record struct NetworkWidths(int Embedding, int Hidden);

/// <summary>A network that settings can name, and that a checkpoint is recognised as.</summary>
/// <param name="Name">Its name on the command line and in files: <c>mlp</c>.</param>
/// <param name="Create">Makes one of so many tokens, its weights drawn from torch's global generator.</param>
/// <param name="OfShapes">Makes one of the sizes that a state dict's shapes have; gives null where they are another network's.</param>
public sealed record Network(
    string Name, Func<int, NetworkWidths, EquationModel> Create, Func<IReadOnlyDictionary<string, long[]>, EquationModel?> OfShapes)
{
    /// <summary>Every network that has a name. To add one, add a line.</summary>
    public static IReadOnlyList<Network> All { get; } =
    [
        new("mlp", (vocabulary, widths) => new GrokkingMlp(vocabulary, widths.Embedding, widths.Hidden), GrokkingMlp.OfShapes),
        new("transformer", (vocabulary, widths) => new TwoLayerTransformer(vocabulary, widths.Embedding, widths.Hidden), TwoLayerTransformer.OfShapes),
        new("transformer-1l", (vocabulary, widths) => new OneLayerTransformer(vocabulary, widths.Embedding, widths.Hidden), OneLayerTransformer.OfShapes),
    ];

    /// <summary>The network of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Network Parse(string name) =>
        All.FirstOrDefault(network => network.Name == name)
        ?? throw new ArgumentException($"There is no model '{name}'; the models are {string.Join(", ", All.Select(n => n.Name))}.");

    /// <summary>The network that <c>torch.manual_seed(seed)</c> and its constructor give; torch's global generator stays as it was.</summary>
    /// <exception cref="ArgumentException">It has more weights than a checkpoint is read with.</exception>
    public EquationModel FromSeed(ulong seed, int vocabulary, NetworkWidths widths)
    {
        var model = GlobalGenerator.Borrow(() => Create(vocabulary, widths), seed);
        var weights = model.State.Sum(entry => entry.Value.numel());
        if (weights <= StateDict.MostNumbers)
        {
            return model;
        }

        model.Dispose();
        throw new ArgumentException(Invariant(
            $"The network has {weights:N0} weights with an embedding {widths.Embedding} and a hidden layer {widths.Hidden} wide; it may have {StateDict.MostNumbers:N0}."));
    }
}
