namespace Grokking.Training;

/// <summary>The numbers of an optimiser; PyTorch's AdamW, with the original's values, unless it says otherwise.</summary>
/// <exception cref="ArgumentOutOfRangeException">A value makes no sense; the message names it and one that would be right.</exception>
public sealed record OptimizerSettings
{
    /// <summary>Which optimiser takes the steps, by its name in <see cref="Optimizer.All"/>.</summary>
    public string Name { get; init; } = "adamw";

    /// <summary>The step size (PyTorch's <c>lr</c>); with 0 nothing is learned.</summary>
    public double LearningRate { get; init => field = Legal.AtLeast0(value, "learning rate", "0.001"); } = 1e-3;

    /// <summary>The decoupled decay: each step takes away <c>LearningRate · WeightDecay</c> of every weight. PyTorch's default.</summary>
    public double WeightDecay { get; init => field = Legal.AtLeast0(value, "weight decay", "0.01"); } = 0.01;

    /// <summary>The decay rate for the mean of the gradients (PyTorch's <c>betas[0]</c>).</summary>
    public double Beta1 { get; init => field = Legal.From0Below1(value, "rate beta1", "0.9"); } = 0.9;

    /// <summary>The decay rate for the mean of the squared gradients (PyTorch's <c>betas[1]</c>).</summary>
    public double Beta2 { get; init => field = Legal.From0Below1(value, "rate beta2", "0.98"); } = 0.98;

    /// <summary>The guard against a division by zero, outside the root (PyTorch's <c>eps</c>).</summary>
    public double Epsilon { get; init => field = Legal.Above0(value, "guard epsilon", "1e-8"); } = 1e-8;

    /// <summary>The learning rate of the hidden matrices, those between embedding and unembedding, as a multiple of <see cref="LearningRate"/>.</summary>
    public double HiddenLearningRateFactor { get; init => field = Legal.AtLeast0(value, "factor of the hidden learning rate", "1"); } = 1;

    /// <summary>The decay of the hidden matrices as a multiple of <see cref="WeightDecay"/>.</summary>
    public double HiddenWeightDecayFactor { get; init => field = Legal.AtLeast0(value, "factor of the hidden weight decay", "1"); } = 1;

    /// <summary>How much of its mean gradient <see cref="Grokfast"/> keeps from step to step (the paper's α).</summary>
    public double GrokfastAlpha { get; init => field = Legal.From0Below1(value, "rate alpha of Grokfast", "0.98"); } = 0.98;

    /// <summary>How many times <see cref="Grokfast"/> adds its mean to the gradient (the paper's λ).</summary>
    public double GrokfastLambda { get; init => field = Legal.AtLeast0(value, "factor lambda of Grokfast", "2"); } = 2;

    /// <summary>Steps over which the learning rate rises from nothing to its full size, in equal parts; 0 for none.</summary>
    public int WarmupSteps { get; init => field = Legal.AtLeast(value, 0, "number of warm-up steps", "10"); }

    /// <summary>The share of the learning rate that a step has.</summary>
    /// <param name="step">The step, from 1.</param>
    internal double LearningRateFactor(long step) => step < WarmupSteps ? (double)step / WarmupSteps : 1;
}
