using Grokking.Models;

namespace Grokking.Training;

/// <summary>What one batch measured.</summary>
/// <param name="Loss">Mean cross-entropy of the batch's equations, in nats.</param>
/// <param name="Correct">Equations whose largest logit is the label's.</param>
public readonly record struct BatchResult(double Loss, int Correct);

/// <summary>The arithmetic of training: takes batches, moves the model's weights. <see cref="Trainer"/> holds the loop.</summary>
public interface ITrainingEngine : IDisposable
{
    /// <summary>The network that is trained; its tensors hold the weights after every step.</summary>
    GrokkingMlp Model { get; }

    /// <summary>Forward, backward and one AdamW step; returns what the batch measured before the step.</summary>
    /// <param name="equations">Dataset indices, at least one.</param>
    BatchResult TrainBatch(ReadOnlySpan<long> equations);

    /// <summary>Forward only.</summary>
    /// <param name="equations">Dataset indices, at least one.</param>
    BatchResult EvaluateBatch(ReadOnlySpan<long> equations);

    /// <summary>A copy of what the optimiser remembers from step to step.</summary>
    OptimizerState GetOptimizerState();

    /// <summary>Makes the optimiser remember what another remembered. The weights stay as they are.</summary>
    /// <exception cref="ArgumentException">The state is another network's.</exception>
    void SetOptimizerState(OptimizerState state);
}
