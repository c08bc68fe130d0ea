using Grokking.Models;

namespace Grokking.Training;

/// <summary>An optimiser that settings can name.</summary>
/// <param name="Name">Its name on the command line and in files: <c>adamw</c>.</param>
/// <param name="Create">Makes it for a network's parameters.</param>
public sealed record Optimizer(string Name, Func<EquationModel, OptimizerSettings, IOptimizer> Create)
{
    /// <summary>Every optimiser that has a name. To add one, add a line.</summary>
    public static IReadOnlyList<Optimizer> All { get; } =
    [
        new("adamw", (model, settings) => new AdamW(model, settings)),
        new("muon", (model, settings) => new Muon(model, settings)),
        new("grokfast", (model, settings) => new Grokfast(model, new AdamW(model, settings), settings)),
        new("orthograd", (model, settings) => new OrthoGrad(model, new AdamW(model, settings))),
    ];

    /// <summary>The optimiser of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Optimizer Parse(string name) =>
        All.FirstOrDefault(optimizer => optimizer.Name == name)
        ?? throw new ArgumentException($"There is no optimizer '{name}'; the optimizers are {string.Join(", ", All.Select(o => o.Name))}.");
}
