namespace Grokking.Cli;

/// <summary>A request that makes no sense. Its message is the one sentence the caller reads.</summary>
internal sealed class RequestException(string message) : Exception(message);
