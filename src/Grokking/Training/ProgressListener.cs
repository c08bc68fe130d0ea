namespace Grokking.Training;

/// <summary>Calls a function with every report, at once and on the thread that reports; <see cref="Progress{T}"/> would call it later, on another.</summary>
public sealed class ProgressListener<T>(Action<T> listen) : IProgress<T>
{
    /// <inheritdoc/>
    public void Report(T value) => listen(value);
}
