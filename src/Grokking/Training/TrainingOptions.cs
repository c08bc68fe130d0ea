namespace Grokking.Training;

/// <summary>The recipe: everything about a run that is not the data, the model or the engine.</summary>
public sealed record TrainingOptions
{
    /// <summary>The seed notebook's recipe: it groks after some five thousand epochs.</summary>
    public static TrainingOptions Original { get; } = new();

    /// <summary>The number of passes over the training equations.</summary>
    public int Epochs { get; init; } = 20_000;

    /// <summary>Equations a step; the last batch of an epoch takes what is left.</summary>
    public int BatchSize { get; init; } = 512;

    /// <summary>AdamW's step size.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>AdamW's decay rate for the mean of the gradients.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>AdamW's decay rate for the mean of the squared gradients.</summary>
    public double Beta2 { get; init; } = 0.98;

    /// <summary>AdamW's guard against a division by zero, outside the root.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>AdamW's decoupled decay: each step takes away <c>LearningRate · WeightDecay</c> of every weight. PyTorch's default.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Threads that do the arithmetic; null leaves it to the engine.</summary>
    public int? Threads { get; init; }
}
