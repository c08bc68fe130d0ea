namespace Grokking.Training;

/// <summary>One pass over a side of the split, which can stop between two batches and go on later.</summary>
internal sealed class Pass(int batchSize, Func<ReadOnlyMemory<long>> shuffle, Func<ReadOnlySpan<long>, BatchResult> run)
{
    private ReadOnlyMemory<long> _equations;
    private int _done;
    private double _loss;
    private int _correct;

    /// <summary>The batches that are done, once there is one.</summary>
    public int Batches => ((_done - 1) / batchSize) + 1;

    /// <summary>Mean loss of the batches that are done.</summary>
    public double Loss => _loss / Batches;

    /// <summary>Percent of the equations in them that were right.</summary>
    public double Accuracy => 100.0 * _correct / _done;

    /// <summary>Runs the batches that are left; false when it was cancelled before the last.</summary>
    public bool Finish(CancellationToken cancellation)
    {
        if (_equations.IsEmpty)
        {
            _equations = shuffle();
        }

        while (_done < _equations.Length)
        {
            if (cancellation.IsCancellationRequested)
            {
                return false;
            }

            var size = Math.Min(batchSize, _equations.Length - _done);
            var batch = run(_equations.Span.Slice(_done, size));
            _done += size;
            _loss += batch.Loss;
            _correct += batch.Correct;
        }

        return true;
    }

    /// <summary>The place, to be taken up by another pass of the same run.</summary>
    public PassState State
    {
        get => new(_equations.ToArray(), _done, _loss, _correct);
        set => (_equations, _done, _loss, _correct) = (value.Equations, value.Done, value.Loss, value.Correct);
    }

    /// <summary>Makes ready for the next epoch's pass.</summary>
    public void Reset() => (_equations, _done, _loss, _correct) = (default, 0, 0, 0);
}
