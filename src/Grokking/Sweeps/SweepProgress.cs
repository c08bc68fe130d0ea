namespace Grokking.Sweeps;

/// <summary>Where a sweep stands.</summary>
/// <param name="Done">Runs that are done, those read from its file included.</param>
/// <param name="Total">All its runs.</param>
/// <param name="Share">The share of the work that is done, from 0 to 1: whole runs, and the epochs of those under way.</param>
/// <param name="Remaining">The time left if the work goes on as it has since the start of this call; null at its start.</param>
/// <param name="Latest">The run that has just ended; null where the report is of epochs only.</param>
public readonly record struct SweepProgress(int Done, int Total, double Share, TimeSpan? Remaining, RunResult? Latest);
