using Grokking.Runs;

namespace Grokking.Benchmarks.Presets;

/// <summary>A way of taking steps, as it takes part in the comparison.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="Settings">Its settings, or where its search starts.</param>
/// <param name="Scales">What its search tries; empty for settings that somebody else has found.</param>
internal sealed record Contestant(string Name, RunSettings Settings, params (string Setting, double[] Values)[] Scales)
{
    private const int AllEquations = 97 * 97;

    private static readonly RunSettings Start = new()
    {
        Engine = EngineKind.Autograd,
        Optimizer = new() { LearningRate = 0.003, WeightDecay = 1 },
    };

    private static readonly (string, double[])[] OfAdamW = [SearchSpace.LearningRates, SearchSpace.WeightDecays, SearchSpace.Betas1, SearchSpace.Betas2];
    private static readonly (string, double[]) HiddenRates = ("hidden_learning_rate_factor", [0.1, 0.2, 0.5, 1, 2, 5, 10]);
    private static readonly (string, double[]) HiddenDecays = ("hidden_weight_decay_factor", [0, 0.1, 0.2, 0.5, 1, 2, 5]);

    /// <summary>Everyone that is searched for with the same budget.</summary>
    public static IReadOnlyList<Contestant> Tuned { get; } =
    [
        new("AdamW", Start, OfAdamW),
        new("AdamW, hidden matrix with a rate and decay of its own", Start, [.. OfAdamW, HiddenRates, HiddenDecays]),
        new("Muon on the hidden matrix, AdamW else", With("muon", Start), [.. OfAdamW, HiddenRates, HiddenDecays]),
        new(
            "Grokfast-EMA on AdamW", With("grokfast", Start) with { Optimizer = With("grokfast", Start).Optimizer with { GrokfastAlpha = 0.9, GrokfastLambda = 0.5 } },
            // With no mean of AdamW's own there is but one.
            [SearchSpace.LearningRates, SearchSpace.WeightDecays, ("beta1", [0, .. SearchSpace.Betas1.Values]), SearchSpace.Betas2, ("grokfast_alpha", [0.5, 0.7, 0.8, 0.9, 0.95, 0.98]), ("grokfast_lambda", [0.1, 0.2, 0.5, 1, 2, 5])]),
        new("StableMax on AdamW", Start with { Loss = "stablemax" }, OfAdamW),
        new(
            "⊥Grad with StableMax on AdamW", With("orthograd", Start) with { Loss = "stablemax" },
            [SearchSpace.LearningRates, ("weight_decay", [0, .. SearchSpace.WeightDecays.Values]), SearchSpace.Betas1, SearchSpace.Betas2]),
    ];

    /// <summary>The settings of those who made them, on our data and network: from their papers' code, where it names no others.</summary>
    public static IReadOnlyList<Contestant> Published { get; } =
    [
        new("AdamW, the original's settings", new RunSettings()),
        new("AdamW, preset fast (a longer search, with batch size)", RunSettings.Fast with { Engine = EngineKind.Autograd }),
        new("Muon, its authors' defaults", Start with
        {
            Optimizer = new() { Name = "muon", LearningRate = 3e-4, Beta1 = 0.9, Beta2 = 0.95, Epsilon = 1e-10, WeightDecay = 0, HiddenLearningRateFactor = 0.02 / 3e-4 },
        }),
        new("Grokfast-EMA, its paper's α 0.98 and λ 2", Start with
        {
            Optimizer = new() { Name = "grokfast", LearningRate = 1e-3, Beta1 = 0.9, Beta2 = 0.98, WeightDecay = 0.005 },
        }),
        new("⊥Grad, its paper's Fig. 1, full batch", Start with
        {
            BatchSize = AllEquations,
            Optimizer = new() { Name = "orthograd", LearningRate = 0.01, Beta1 = 0.9, Beta2 = 0.99, WeightDecay = 0 },
        }),
    ];

    private static RunSettings With(string optimizer, RunSettings run) => run with { Optimizer = run.Optimizer with { Name = optimizer } };
}
