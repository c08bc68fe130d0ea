using Grokking.Training;

namespace Grokking.Sweeps;

/// <summary>Ends a run at the first epoch of some kind, or when it is cancelled.</summary>
internal sealed class StopWhen(Func<EpochRecord, bool> isLast, CancellationToken cancellation = default) : IProgress<TrainingProgress>, IDisposable
{
    private readonly CancellationTokenSource _source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);

    public CancellationToken Token => _source.Token;

    /// <summary>Whether such an epoch came.</summary>
    public bool Stopped { get; private set; }

    public void Report(TrainingProgress value)
    {
        if (isLast(value.Latest))
        {
            Stopped = true;
            _source.Cancel();
        }
    }

    public void Dispose() => _source.Dispose();
}
