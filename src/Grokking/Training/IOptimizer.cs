namespace Grokking.Training;

/// <summary>
/// Takes steps along gradients, as a <c>torch.optim.Optimizer</c> does. It is given its parameters when it is made, and holds
/// every number that it hands to libtorch: see <see cref="AdamW"/>.
/// </summary>
public interface IOptimizer : IDisposable
{
    /// <summary>The step size of the next step. <see cref="AutogradEngine"/> sets it before each, to its first value times <see cref="AutogradEngine.LearningRateFactor"/>.</summary>
    double LearningRate { get; set; }

    /// <summary>What the next step starts from: a copy, and to be made to remember another's.</summary>
    /// <exception cref="ArgumentException">The state is another network's or optimiser's.</exception>
    OptimizerStateDict State { get; set; }

    /// <summary>Moves every parameter that has a gradient by it.</summary>
    void Step();
}
