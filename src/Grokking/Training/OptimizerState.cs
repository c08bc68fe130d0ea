namespace Grokking.Training;

/// <summary>What AdamW remembers from step to step (PyTorch's <c>step</c>, <c>exp_avg</c> and <c>exp_avg_sq</c>).</summary>
public sealed record OptimizerState
{
    /// <summary>Steps taken.</summary>
    public required long Step { get; init; }

    /// <summary>The moments of every parameter, by its name in the model: <c>net.0.weight</c>.</summary>
    public required IReadOnlyDictionary<string, AdamMoments> Moments { get; init; }

    /// <summary>The moments of a parameter of so many numbers.</summary>
    /// <exception cref="ArgumentException">They are not there, or not as many.</exception>
    internal AdamMoments MomentsOf(string parameter, int numbers) =>
        Moments.TryGetValue(parameter, out var moments) && moments.Means.Length == numbers && moments.Squares.Length == numbers
            ? moments
            : throw new ArgumentException($"The optimiser's state has no moments for the {numbers:N0} numbers of '{parameter}'.");
}

/// <summary>Running means over the gradients of one parameter, <c>float32</c>, row by row.</summary>
/// <param name="Means">The mean of each number's gradient.</param>
/// <param name="Squares">The mean of its square.</param>
public sealed record AdamMoments(ReadOnlyMemory<float> Means, ReadOnlyMemory<float> Squares);
