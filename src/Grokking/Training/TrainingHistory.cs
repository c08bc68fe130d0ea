using System.Collections;
using System.Diagnostics;
using System.Globalization;

namespace Grokking.Training;

/// <summary>What one epoch measured, in the original's way.</summary>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Step">Optimiser steps taken since the start of the run, this epoch's included.</param>
/// <param name="Seconds">Wall-clock seconds of training since the start of the run.</param>
/// <param name="TrainingLoss">The mean loss over training batches, each taken before its own step; cross-entropy in nats, unless the engine was given another.</param>
/// <param name="TrainingAccuracy">Percent of training equations right, each judged before its batch's own step.</param>
/// <param name="ValidationLoss">The same over validation batches, after the epoch's last step.</param>
/// <param name="ValidationAccuracy">Percent of validation equations right, after the epoch's last step.</param>
/// <param name="OutputLayerNorm">Spectral norm (largest singular value) of the output layer's weight, after the epoch.</param>
public readonly record struct EpochRecord(
    int Epoch,
    long Step,
    double Seconds,
    double TrainingLoss,
    double TrainingAccuracy,
    double ValidationLoss,
    double ValidationAccuracy,
    double OutputLayerNorm)
{
    /// <summary>Whether a loss is no finite number: the run has diverged, and to go on is of no use.</summary>
    public bool HasDiverged => !double.IsFinite(TrainingLoss) || !double.IsFinite(ValidationLoss);

    /// <summary>The original's log line, <c>[101/20000][1,515]	Train Loss: 0.354	Val Loss: 4.665</c>, its columns under those of the line before.</summary>
    /// <param name="epochs">The number of epochs the run aims at.</param>
    public string LogLine(int epochs)
    {
        var longest = Place(epochs, epochs, Step / (Epoch + 1) * epochs).Length;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Place(Epoch + 1, epochs, Step).PadRight(longest)}\tTrain Loss: {TrainingLoss:F3}\tVal Loss: {ValidationLoss:F3}");
    }

    private static string Place(int epoch, int epochs, long step) => string.Create(CultureInfo.InvariantCulture, $"[{epoch}/{epochs}][{step:N0}]");
}

/// <summary>The epochs of a run, in order; epoch <c>e</c>, from 0, stands at index <c>e</c>. The original's <c>train_stats</c>.</summary>
public sealed class TrainingHistory : IReadOnlyList<EpochRecord>
{
    /// <summary>The accuracy, in percent, from which on a side of the split counts as known; where validation first has it, the network has grokked.</summary>
    public const int KnownAccuracy = 99;

    private readonly List<EpochRecord> _epochs = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private double _before;

    /// <summary>The columns of a history as a file has them: a name, and each epoch's number.</summary>
    public static IReadOnlyList<(string Name, Func<EpochRecord, double> Value)> Columns { get; } =
    [
        ("epoch", epoch => epoch.Epoch),
        ("step", epoch => epoch.Step),
        ("seconds", epoch => epoch.Seconds),
        ("train_loss", epoch => epoch.TrainingLoss),
        ("train_accuracy", epoch => epoch.TrainingAccuracy),
        ("val_loss", epoch => epoch.ValidationLoss),
        ("val_accuracy", epoch => epoch.ValidationAccuracy),
        ("output_layer_norm", epoch => epoch.OutputLayerNorm),
    ];

    /// <summary>The number of finished epochs.</summary>
    public int Count => _epochs.Count;

    /// <summary>What the given epoch measured.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The run has not finished that epoch.</exception>
    public EpochRecord this[int epoch] => _epochs[epoch];

    /// <summary>Optimiser steps taken.</summary>
    public long Steps => Count > 0 ? _epochs[^1].Step : 0;

    /// <summary>Wall-clock seconds of training.</summary>
    public double Seconds => Count > 0 ? _epochs[^1].Seconds : 0;

    /// <summary>Whether the last epoch's loss is no finite number.</summary>
    public bool HasDiverged => Count > 0 && _epochs[^1].HasDiverged;

    /// <summary>Lets the clock of <see cref="Seconds"/> go on from here: the time since the last epoch was no training.</summary>
    public void StartClock()
    {
        _before = Seconds;
        _clock.Restart();
    }

    /// <summary>Adds an epoch that has just finished.</summary>
    /// <param name="step">Optimiser steps taken since the start of the run.</param>
    /// <param name="trainingLoss">Mean loss of the training batches.</param>
    /// <param name="trainingAccuracy">Percent of training equations right.</param>
    /// <param name="validationLoss">Mean loss of the validation batches.</param>
    /// <param name="validationAccuracy">Percent of validation equations right.</param>
    /// <param name="outputLayerNorm">Spectral norm of the output layer's weight.</param>
    public void Add(
        long step, double trainingLoss, double trainingAccuracy, double validationLoss, double validationAccuracy, double outputLayerNorm) =>
        Add(new EpochRecord(
            Count, step, _before + _clock.Elapsed.TotalSeconds, trainingLoss, trainingAccuracy, validationLoss, validationAccuracy, outputLayerNorm));

    /// <summary>How long the run is, and where it stands.</summary>
    public override string ToString() => Count == 0
        ? "no epochs yet"
        : FormattableString.Invariant($"{Count:N0} epochs, {Steps:N0} steps; train accuracy {this[^1].TrainingAccuracy:F2}%, val accuracy {this[^1].ValidationAccuracy:F2}%");

    /// <summary>The first epoch with at least this validation accuracy, or null where none has it.</summary>
    /// <param name="percent">The accuracy in percent, such as <see cref="KnownAccuracy"/>.</param>
    public EpochRecord? FirstReachingValidation(double percent) => First(epoch => epoch.ValidationAccuracy >= percent);

    /// <summary>The first epoch with at least this training accuracy, or null where none has it.</summary>
    /// <param name="percent">The accuracy in percent.</param>
    public EpochRecord? FirstReachingTraining(double percent) => First(epoch => epoch.TrainingAccuracy >= percent);

    /// <summary>Writes the names of <see cref="Columns"/> and one line per epoch; numbers in the shortest form that reads back as the same double, but <c>seconds</c> with four decimals.</summary>
    public void WriteCsv(TextWriter writer)
    {
        writer.WriteLine(string.Join(',', Columns.Select(column => column.Name)));
        foreach (var epoch in _epochs)
        {
            writer.WriteLine(string.Join(',', Columns.Select(column => Text(column.Name, column.Value(epoch)))));
        }
    }

    /// <summary>Writes one JSON object per epoch, each on a line of its own, with the columns and the numbers of <see cref="WriteCsv"/>.</summary>
    /// <remarks>JSON has no number for NaN or infinity; where a loss is that, there is <c>null</c>.</remarks>
    public void WriteJsonLines(TextWriter writer)
    {
        foreach (var epoch in _epochs)
        {
            var fields = Columns.Select(column => (column.Name, Value: column.Value(epoch)))
                .Select(field => $"\"{field.Name}\":{(double.IsFinite(field.Value) ? Text(field.Name, field.Value) : "null")}");
            writer.WriteLine($"{{{string.Join(',', fields)}}}");
        }
    }

    /// <inheritdoc/>
    public IEnumerator<EpochRecord> GetEnumerator() => _epochs.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Add(EpochRecord epoch) => _epochs.Add(epoch);

    /// <summary>Takes over what another run, or this one before, has measured.</summary>
    internal void Restore(IEnumerable<EpochRecord> epochs)
    {
        _epochs.Clear();
        _epochs.AddRange(epochs);
        StartClock();
    }

    private EpochRecord? First(Predicate<EpochRecord> reached) =>
        _epochs.FindIndex(reached) is >= 0 and var place ? _epochs[place] : null;

    private static string Text(string column, double value) =>
        value.ToString(column == "seconds" ? "F4" : "R", CultureInfo.InvariantCulture);
}
