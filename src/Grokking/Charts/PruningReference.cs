namespace Grokking.Charts;

/// <summary>What somebody else found when they pruned, to be laid beside a pruning curve.</summary>
/// <param name="Name">Whose it is, for the legend: <c>The author's network</c>.</param>
/// <param name="Threshold">Weights of a smaller absolute value became zero.</param>
/// <param name="SharePruned">The share of the weights that were, from 0 to 1.</param>
/// <param name="Accuracy">Percent of the equations right without them.</param>
public sealed record PruningReference(string Name, double Threshold, double SharePruned, double Accuracy);
