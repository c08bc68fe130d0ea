using System.Collections;
using System.Globalization;

namespace Grokking.Training;

/// <summary>What one epoch measured, in the seed notebook's way.</summary>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Step">Optimiser steps taken since the start of the run, this epoch's included.</param>
/// <param name="Seconds">Wall-clock seconds since the start of the run.</param>
/// <param name="TrainingLoss">Cross-entropy in nats: the mean over training batches, each taken before its own step.</param>
/// <param name="TrainingAccuracy">Percent of training equations right, each judged before its batch's own step.</param>
/// <param name="ValidationLoss">Cross-entropy in nats: the mean over validation batches, after the epoch's last step.</param>
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
    /// <summary>The seed notebook's log line: <c>[101/20000][1,515]	Train Loss: 0.354	Val Loss: 4.665</c>.</summary>
    /// <param name="epochs">The number of epochs the run aims at.</param>
    public string LogLine(int epochs) => string.Create(
        CultureInfo.InvariantCulture,
        $"[{Epoch + 1}/{epochs}][{Step:N0}]\tTrain Loss: {TrainingLoss:F3}\tVal Loss: {ValidationLoss:F3}");
}

/// <summary>The epochs of a run, in order; epoch <c>e</c> stands at index <c>e</c>.</summary>
public sealed class TrainingHistory : IReadOnlyList<EpochRecord>
{
    private readonly List<EpochRecord> _epochs = [];

    /// <summary>The number of finished epochs.</summary>
    public int Count => _epochs.Count;

    /// <summary>What the given epoch measured.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The run has not finished that epoch.</exception>
    public EpochRecord this[int epoch] => _epochs[epoch];

    /// <summary>The first epoch with at least this validation accuracy, or null where none has it.</summary>
    /// <param name="percent">The accuracy in percent, 99 for the usual mark of grokking.</param>
    public EpochRecord? FirstReaching(double percent)
    {
        foreach (var epoch in _epochs)
        {
            if (epoch.ValidationAccuracy >= percent)
            {
                return epoch;
            }
        }

        return null;
    }

    /// <summary>
    /// Writes <c>epoch,step,seconds,train_loss,train_accuracy,val_loss,val_accuracy,output_layer_norm</c> and a line an
    /// epoch; numbers in the shortest form that reads back as the same double.
    /// </summary>
    public void WriteCsv(TextWriter writer)
    {
        writer.WriteLine("epoch,step,seconds,train_loss,train_accuracy,val_loss,val_accuracy,output_layer_norm");
        foreach (var e in _epochs)
        {
            writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{e.Epoch},{e.Step},{e.Seconds:F4},{e.TrainingLoss:R},{e.TrainingAccuracy:R},{e.ValidationLoss:R},{e.ValidationAccuracy:R},{e.OutputLayerNorm:R}"));
        }
    }

    /// <summary>Writes a JSON object an epoch and a line, with the columns and the numbers of <see cref="WriteCsv"/>.</summary>
    /// <remarks>JSON has no number for NaN or infinity; where a loss is that, there is <c>null</c>.</remarks>
    public void WriteJsonLines(TextWriter writer)
    {
        foreach (var e in _epochs)
        {
            writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $$"""
                {"epoch":{{e.Epoch}},"step":{{e.Step}},"seconds":{{e.Seconds:F4}},"train_loss":{{Number(e.TrainingLoss)}},"train_accuracy":{{Number(e.TrainingAccuracy)}},"val_loss":{{Number(e.ValidationLoss)}},"val_accuracy":{{Number(e.ValidationAccuracy)}},"output_layer_norm":{{Number(e.OutputLayerNorm)}}}
                """));
        }

        static string Number(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "null";
    }

    /// <inheritdoc/>
    public IEnumerator<EpochRecord> GetEnumerator() => _epochs.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Add(EpochRecord epoch) => _epochs.Add(epoch);
}
