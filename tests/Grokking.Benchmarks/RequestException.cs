namespace Grokking.Benchmarks;

/// <summary>A request that can't be met. Its message is the one sentence the caller reads.</summary>
internal sealed class RequestException(string message) : Exception(message);
