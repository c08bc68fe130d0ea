using System.Diagnostics;
using Grokking.Analysis;
using Grokking.Data;

namespace Grokking.Training;

/// <summary>
/// The training loop. A trainer keeps its place: after a run that was cancelled or has ended, another call of
/// <see cref="Train"/> goes on as if there had been no break.
/// </summary>
public sealed class Trainer
{
    private readonly ITrainingEngine _engine;
    private readonly Pass _training;
    private readonly Pass _validation;
    private readonly SnapshotKeeper _snapshots;
    private long _step;
    private TimeSpan _trained;

    /// <summary>A trainer that feeds an engine with a split's batches.</summary>
    /// <param name="engine">The arithmetic, and the model.</param>
    /// <param name="order">The batches.</param>
    /// <param name="snapshots">When to keep a copy of the weights; never by default.</param>
    public Trainer(ITrainingEngine engine, BatchOrder order, SnapshotSchedule? snapshots = null)
    {
        _engine = engine;
        _training = new Pass(order.BatchSize, order.NextTraining, engine.TrainBatch);
        _validation = new Pass(order.BatchSize, order.NextValidation, engine.EvaluateBatch);
        _snapshots = new SnapshotKeeper(engine.Model, snapshots ?? SnapshotSchedule.At());
        _snapshots.Look(0);
    }

    /// <summary>The finished epochs.</summary>
    public TrainingHistory History { get; } = new();

    /// <summary>The weights at the epochs of the schedule that the run has come to.</summary>
    public IReadOnlyList<WeightSnapshot> Snapshots => _snapshots.Snapshots;

    /// <summary>Trains until the history has this many epochs, or until it is cancelled.</summary>
    /// <param name="epochs">The number of epochs the whole run aims at, those already in the history included.</param>
    /// <param name="progress">Told after every epoch, on this thread.</param>
    /// <param name="cancellation">Asks to stop; it is looked at before every step.</param>
    /// <returns>The history: <paramref name="epochs"/> long, or shorter when it was cancelled.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number of epochs is negative.</exception>
    public TrainingHistory Train(
        int epochs, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (epochs < 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(epochs), $"A run can't have {epochs} epochs; ask for 0 or more, such as 20000.");
        }

        var (first, before, clock) = (History.Count, _trained, Stopwatch.StartNew());
        while (History.Count < epochs && _training.Finish(cancellation) && _validation.Finish(cancellation))
        {
            _step += _training.Batches;
            var norm = SpectralNorm.Of(_engine.Model.OutputLayer.weight);
            var epoch = new EpochRecord(
                History.Count, _step, (before + clock.Elapsed).TotalSeconds,
                _training.Loss, _training.Accuracy, _validation.Loss, _validation.Accuracy, norm);
            _training.Reset();
            _validation.Reset();
            History.Add(epoch);
            _snapshots.Look(History.Count);
            progress?.Report(new TrainingProgress(epoch, epochs, (History.Count - first) / clock.Elapsed.TotalSeconds));
        }

        _trained = before + clock.Elapsed;
        return History;
    }
}
