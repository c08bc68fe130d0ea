using static TorchSharp.torch;

namespace Grokking.Training;

/// <summary>A loss that settings can name.</summary>
/// <param name="Name">Its name on the command line and in files: <c>cross-entropy</c>.</param>
/// <param name="Of">The loss of a batch, a scalar: of logits <c>[n, vocabulary] float64</c> and labels <c>[n] int64</c>.</param>
public sealed record Loss(string Name, Func<Tensor, Tensor, Tensor> Of)
{
    /// <summary>Every loss that has a name. To add one, add a line.</summary>
    public static IReadOnlyList<Loss> All { get; } =
    [
        new("cross-entropy", (logits, labels) => nn.functional.cross_entropy(logits, labels)),
        new("stablemax", StableMax.Loss),
    ];

    /// <summary>The loss of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Loss Parse(string name) =>
        All.FirstOrDefault(loss => loss.Name == name)
        ?? throw new ArgumentException($"There is no loss '{name}'; the losses are {string.Join(", ", All.Select(loss => loss.Name))}.");
}
