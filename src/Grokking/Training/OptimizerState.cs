using Grokking.Models;

namespace Grokking.Training;

/// <summary>What an optimiser remembers from step to step.</summary>
/// <param name="Step">Steps taken.</param>
/// <param name="Tensors">
/// Its tensors by name: the parameter's, and PyTorch's name for what is remembered of it, such as <c>net.0.weight.exp_avg</c>.
/// </param>
public sealed record OptimizerState(long Step, IReadOnlyDictionary<string, TensorValues> Tensors)
{
    /// <summary>The tensor of a name and a shape.</summary>
    /// <exception cref="ArgumentException">It is not there, or has another shape.</exception>
    public TensorValues Of(string name, IReadOnlyList<long> shape) =>
        Tensors.TryGetValue(name, out var values) && values.Shape.SequenceEqual(shape)
            ? values
            : throw new ArgumentException($"The optimiser's state has no '{name}' of shape [{string.Join(", ", shape)}].");
}
