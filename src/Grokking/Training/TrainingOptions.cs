namespace Grokking.Training;

/// <summary>The recipe: everything about a run that is not the data, the model or the engine.</summary>
/// <exception cref="ArgumentOutOfRangeException">A value makes no sense; the message names it and one that would be right.</exception>
public sealed record TrainingOptions
{
    /// <summary>The seed notebook's recipe: it groks after some five thousand epochs.</summary>
    public static TrainingOptions Original { get; } = new();

    /// <summary>
    /// A recipe that groks within some twenty epochs: the winner of the benchmarks' <c>search</c> over learning rate, weight
    /// decay, batch size and betas.
    /// </summary>
    public static TrainingOptions Fast { get; } =
        new() { Epochs = 60, LearningRate = 0.006, WeightDecay = 0.7, BatchSize = 384, Beta1 = 0.7, Beta2 = 0.999 };

    /// <summary>The number of passes over the training equations.</summary>
    public int Epochs { get; init => field = Checked(value, value >= 1, "number of epochs", "at least 1, such as 20000"); } = 20_000;

    /// <summary>Equations a step; the last batch of an epoch takes what is left.</summary>
    public int BatchSize { get; init => field = Checked(value, value >= 1, "batch size", "at least 1, such as 512"); } = 512;

    /// <summary>AdamW's step size; with 0 nothing is learned.</summary>
    public double LearningRate
    {
        get;
        init => field = Checked(value, value >= 0 && double.IsFinite(value), "learning rate", "0 or more, such as 0.001");
    }
    = 1e-3;

    /// <summary>AdamW's decay rate for the mean of the gradients.</summary>
    public double Beta1 { get; init => field = Checked(value, value is >= 0 and < 1, "rate Beta1", "from 0 to below 1, such as 0.9"); } = 0.9;

    /// <summary>AdamW's decay rate for the mean of the squared gradients.</summary>
    public double Beta2 { get; init => field = Checked(value, value is >= 0 and < 1, "rate Beta2", "from 0 to below 1, such as 0.98"); } = 0.98;

    /// <summary>AdamW's guard against a division by zero, outside the root.</summary>
    public double Epsilon
    {
        get;
        init => field = Checked(value, value > 0 && double.IsFinite(value), "guard Epsilon", "above 0, such as 1e-8");
    }
    = 1e-8;

    /// <summary>AdamW's decoupled decay: each step takes away <c>LearningRate · WeightDecay</c> of every weight. PyTorch's default.</summary>
    public double WeightDecay
    {
        get;
        init => field = Checked(value, value >= 0 && double.IsFinite(value), "weight decay", "0 or more, such as 0.01");
    }
    = 0.01;

    /// <summary>Threads that do the arithmetic; null leaves it to the engine.</summary>
    public int? Threads { get; init => field = Checked(value, value is null or >= 1 and <= 256, "number of threads", "from 1 to 256"); }

    private static T Checked<T>(T value, bool right, string what, string expected) => right
        ? value
        : throw new ArgumentOutOfRangeException(null, FormattableString.Invariant($"The {what} is {value}; it has to be {expected}."));
}
