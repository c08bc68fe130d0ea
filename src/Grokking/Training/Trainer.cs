using System.Diagnostics;
using Grokking.Data;
using Grokking.Models;

namespace Grokking.Training;

/// <summary>
/// The training loop, for programs. It keeps its place in the history: after a run that was cancelled or has ended, another call
/// of <see cref="Train"/> goes on as if there had been no break.
/// </summary>
public sealed class Trainer
{
    private readonly ITrainingEngine _engine;
    private readonly BatchOrder _order;
    private readonly WeightSnapshots? _snapshots;
    private int _training;

    /// <summary>A trainer that feeds an engine with a split's batches.</summary>
    /// <param name="engine">The arithmetic, and the model.</param>
    /// <param name="order">The batches.</param>
    /// <param name="history">The epochs so far; none by default.</param>
    /// <param name="snapshots">Copies of the weights to keep on the way; none by default.</param>
    public Trainer(ITrainingEngine engine, BatchOrder order, TrainingHistory? history = null, WeightSnapshots? snapshots = null)
    {
        _engine = engine;
        _order = order;
        _snapshots = snapshots;
        History = history ?? new TrainingHistory();
    }

    /// <summary>The finished epochs.</summary>
    public TrainingHistory History { get; }

    /// <summary>Trains until the history has this many epochs, until a loss is no finite number, or until it is cancelled.</summary>
    /// <param name="epochs">The number of epochs the whole run aims at, those already in the history included.</param>
    /// <param name="progress">Told after every epoch, on this thread.</param>
    /// <param name="cancellation">Asks to stop; it is looked at after every epoch.</param>
    /// <returns>The history: <paramref name="epochs"/> long, or shorter when it was cancelled or has diverged.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number of epochs is negative.</exception>
    /// <exception cref="InvalidOperationException">It is training already, on another thread.</exception>
    public TrainingHistory Train(
        int epochs, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        Legal.AtLeast(epochs, 0, "number of epochs", "20000");
        if (Interlocked.Exchange(ref _training, 1) == 1)
        {
            throw new InvalidOperationException("This trainer is training already, in another task or cell: wait for its end.");
        }

        try
        {
            var (first, clock) = (History.Count, Stopwatch.StartNew());
            History.StartClock();
            while (History.Count < epochs && !History.HasDiverged && !cancellation.IsCancellationRequested)
            {
                TrainEpoch();
                _snapshots?.KeepIfDue(History.Count);
                progress?.Report(new TrainingProgress(History[^1], epochs, (History.Count - first) / clock.Elapsed.TotalSeconds));
            }
        }
        finally
        {
            Volatile.Write(ref _training, 0);
        }

        return History;
    }

    /// <summary>How far it is, and with what.</summary>
    public override string ToString() => FormattableString.Invariant($"Trainer after {History.Count:N0} epochs; {_engine}");

    private void TrainEpoch()
    {
        var (step, loss, correct, validationLoss, validationCorrect) = (History.Steps, 0.0, 0, 0.0, 0);
        foreach (var batch in _order.Training)
        {
            var result = _engine.TrainBatch(batch);
            step++;
            loss += result.Loss;
            correct += result.Correct;
        }

        foreach (var batch in _order.Validation)
        {
            var result = _engine.EvaluateBatch(batch);
            validationLoss += result.Loss;
            validationCorrect += result.Correct;
        }

        History.Add(
            step,
            loss / _order.Training.Count,
            100.0 * correct / _order.Split.Training.Length,
            validationLoss / _order.Validation.Count,
            100.0 * validationCorrect / _order.Split.Validation.Length,
            SpectralNorm.Of(_engine.Model.UnembeddingWeight));
    }
}
