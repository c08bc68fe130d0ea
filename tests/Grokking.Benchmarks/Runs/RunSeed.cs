namespace Grokking.Benchmarks.Runs;

/// <summary>What makes a run the one it is.</summary>
/// <param name="Model">Seeds the initial weights.</param>
/// <param name="Data">Seeds the split and the order of batches; 21 in the original.</param>
internal readonly record struct RunSeed(long Model, ulong Data = 21);
