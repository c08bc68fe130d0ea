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
    private double _seconds;

    /// <summary>A trainer that feeds an engine with a split's batches.</summary>
    /// <param name="engine">The arithmetic, and the model.</param>
    /// <param name="order">The batches.</param>
    /// <param name="snapshots">When to keep a copy of the weights; never by default.</param>
    /// <param name="state">
    /// Where to go on, or null for the beginning; the model, the engine's optimiser and the order's generator have to be where
    /// they were, too. Snapshots begin with the next epoch's end.
    /// </param>
    public Trainer(ITrainingEngine engine, BatchOrder order, SnapshotSchedule? snapshots = null, TrainerState? state = null)
    {
        _engine = engine;
        _training = new Pass(order.BatchSize, order.NextTraining, engine.TrainBatch);
        _validation = new Pass(order.BatchSize, order.NextValidation, engine.EvaluateBatch);
        _snapshots = new SnapshotKeeper(engine.Model, snapshots ?? SnapshotSchedule.At());
        if (state is null)
        {
            _snapshots.Look(0);
        }
        else
        {
            (_training.State, _validation.State, _seconds) = (state.Training, state.Validation, state.Seconds);
            foreach (var epoch in state.Epochs)
            {
                History.Add(epoch);
            }
        }
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

        var (first, before, clock) = (History.Count, _seconds, Stopwatch.StartNew());
        while (History.Count < epochs && _training.Finish(cancellation) && _validation.Finish(cancellation))
        {
            _seconds = before + clock.Elapsed.TotalSeconds;
            var step = (History.Count > 0 ? History[^1].Step : 0) + _training.Batches;
            var norm = SpectralNorm.Of(_engine.Model.OutputLayer.weight);
            var epoch = new EpochRecord(
                History.Count, step, _seconds,
                _training.Loss, _training.Accuracy, _validation.Loss, _validation.Accuracy, norm);
            _training.Reset();
            _validation.Reset();
            History.Add(epoch);
            _snapshots.Look(History.Count);
            progress?.Report(new TrainingProgress(epoch, epochs, (History.Count - first) / clock.Elapsed.TotalSeconds));
        }

        _seconds = before + clock.Elapsed.TotalSeconds;
        return History;
    }

    /// <summary>Where this trainer stands. Not while a batch is trained: within progress, or when <see cref="Train"/> has returned.</summary>
    public TrainerState GetState() =>
        new() { Epochs = [.. History], Seconds = _seconds, Training = _training.State, Validation = _validation.State };
}
