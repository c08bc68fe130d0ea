using Grokking.Training;

namespace Grokking.Benchmarks.Recipes;

/// <summary>Ends a run at the first epoch of some kind.</summary>
internal sealed class StopWhen(Func<EpochRecord, bool> isLast) : IProgress<TrainingProgress>
{
    private readonly CancellationTokenSource _source = new();

    public CancellationToken Token => _source.Token;

    public void Report(TrainingProgress value)
    {
        if (isLast(value.Latest))
        {
            _source.Cancel();
        }
    }
}
