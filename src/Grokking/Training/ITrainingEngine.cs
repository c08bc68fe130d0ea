using Grokking.Models;

namespace Grokking.Training;

/// <summary>What one batch measured.</summary>
/// <param name="Loss">Mean loss of the batch's equations; cross-entropy in nats, unless the engine was given another.</param>
/// <param name="Correct">Equations whose largest logit is the label's.</param>
public readonly record struct BatchResult(double Loss, int Correct);

/// <summary>The arithmetic of training: takes batches, moves the model's weights. The loop is <see cref="Trainer"/>'s, or a notebook's own.</summary>
public interface ITrainingEngine : IDisposable
{
    /// <summary>The network that is trained; its tensors hold the weights after every step.</summary>
    EquationModel Model { get; }

    /// <summary>
    /// What the optimiser remembers from step to step: a copy, and to be made to remember another's. An engine that is given a
    /// state also looks at the model's weights anew.
    /// </summary>
    /// <exception cref="ArgumentException">The state is another network's or optimiser's.</exception>
    OptimizerStateDict OptimizerStateDict { get; set; }

    /// <summary>Forward, backward and one step of the optimiser; returns what the batch measured before the step.</summary>
    /// <param name="indices">Dataset indices of the batch's equations, at least one.</param>
    /// <exception cref="ArgumentException">There is no equation, or one that the dataset does not have.</exception>
    BatchResult TrainBatch(ReadOnlySpan<long> indices);

    /// <summary>Forward only.</summary>
    /// <param name="indices">Dataset indices of the batch's equations, at least one.</param>
    /// <exception cref="ArgumentException">There is no equation, or one that the dataset does not have.</exception>
    BatchResult EvaluateBatch(ReadOnlySpan<long> indices);
}
