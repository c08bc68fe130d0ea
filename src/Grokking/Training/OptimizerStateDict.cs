using Grokking.Models;
using static TorchSharp.torch;

namespace Grokking.Training;

/// <summary>What an optimiser remembers from step to step.</summary>
/// <param name="Step">Steps taken.</param>
/// <param name="Tensors">
/// Its tensors by name: the parameter's, and PyTorch's name for what is remembered of it, such as <c>net.0.weight.exp_avg</c>.
/// </param>
public sealed record OptimizerStateDict(long Step, IReadOnlyDictionary<string, TensorValues> Tensors)
{
    /// <summary>A copy of an optimiser's tensors.</summary>
    /// <param name="step">Steps taken.</param>
    /// <param name="tensors">All that it remembers, by name, <c>float32</c>.</param>
    public static OptimizerStateDict Of(long step, IReadOnlyDictionary<string, Tensor> tensors) =>
        new(step, tensors.ToDictionary(entry => entry.Key, entry => TensorValues.Of(entry.Value)));

    /// <summary>Writes the numbers into an optimiser's tensors.</summary>
    /// <param name="tensors">All that it remembers, by name.</param>
    /// <exception cref="ArgumentException">The state is another network's or optimiser's; nothing is written.</exception>
    public void CopyTo(IReadOnlyDictionary<string, Tensor> tensors)
    {
        if (Tensors.Keys.FirstOrDefault(name => !tensors.ContainsKey(name)) is { } unknown)
        {
            throw new ArgumentException($"The optimiser's state has '{unknown}', which this optimiser does not remember.");
        }

        foreach (var (name, tensor, values) in tensors.Select(entry => (entry.Key, entry.Value, Of(entry.Key, entry.Value.shape))).ToArray())
        {
            values.CopyTo(tensor, name);
        }
    }

    /// <summary>The state of an optimiser that has another inside: this one's, which is the inner one's, and tensors of its own.</summary>
    internal OptimizerStateDict With(IReadOnlyDictionary<string, Tensor> own) =>
        this with { Tensors = Tensors.Concat(Of(Step, own).Tensors).ToDictionary() };

    /// <summary>Gives an optimiser's own tensors theirs, and the one inside the rest.</summary>
    /// <exception cref="ArgumentException">The state is another network's or optimiser's; nothing is written.</exception>
    internal void CopyTo(IReadOnlyDictionary<string, Tensor> own, IOptimizer inner)
    {
        foreach (var (name, tensor) in own)
        {
            _ = Of(name, tensor.shape);
        }

        var sides = Tensors.ToLookup(entry => own.ContainsKey(entry.Key));
        inner.State = this with { Tensors = sides[false].ToDictionary() };
        (this with { Tensors = sides[true].ToDictionary() }).CopyTo(own);
    }

    /// <summary>The tensor of a name and a shape.</summary>
    /// <exception cref="ArgumentException">It is not there, or has another shape.</exception>
    public TensorValues Of(string name, IReadOnlyList<long> shape) =>
        Tensors.TryGetValue(name, out var values) && values.Shape.SequenceEqual(shape)
            ? values
            : throw new ArgumentException($"The optimiser's state has no '{name}' of shape [{string.Join(", ", shape)}].");
}
