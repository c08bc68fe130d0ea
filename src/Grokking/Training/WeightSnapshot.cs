using Grokking.Models;

namespace Grokking.Training;

/// <summary>The network as it was at one moment of its training.</summary>
/// <param name="Epochs">The epochs it had been trained for; 0 before training.</param>
/// <param name="Model">A copy of the network, which training does not touch.</param>
/// <param name="Speed">How far the last of these epochs moved the weights: the L2 norm of the change; 0 before training.</param>
public sealed record WeightSnapshot(int Epochs, EquationModel Model, double Speed);
