using System.Globalization;
using Grokking.Training;
using static System.FormattableString;

namespace Grokking.Notebooks;

/// <summary>
/// A training run under its cell: a bar that moves in place, and the seed notebook's log line every hundred epochs.
/// Made and disposed of inside one cell; what it showed last stays in the saved notebook.
/// </summary>
public sealed class LiveProgress : IProgress<TrainingProgress>, IDisposable
{
    private const int EpochsPerLogLine = 100;

    private readonly LiveBar _bar;
    private readonly int _first;
    private readonly int _epochs;
    private TrainingProgress? _latest;

    private LiveProgress(int first, int epochs)
    {
        (_first, _epochs) = (first, epochs);
        _bar = new LiveBar("Training", first, epochs, Invariant($"Epoch {first:N0} of {epochs:N0}"));
    }

    /// <summary>Asked to cancel when the reader stops the cell.</summary>
    public CancellationToken Cancellation => _bar.Cancellation;

    /// <summary>Shows a bar under the cell that is running.</summary>
    /// <param name="first">Epochs that are finished already; 0 for a new run.</param>
    /// <param name="epochs">Epochs the run aims at, the finished ones included.</param>
    /// <exception cref="InvalidOperationException">No cell is running.</exception>
    public static LiveProgress Start(int first, int epochs) => new(first, epochs);

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        _latest = value;
        if (value.Latest.Epoch % EpochsPerLogLine == 0)
        {
            Console.WriteLine(value.Latest.LogLine(value.Epochs));
        }

        var finished = value.Latest.Epoch + 1;
        _bar.Move(finished, () => Invariant($"Epoch {finished:N0} of {_epochs:N0} · {Figures(value)} · {LiveBar.Duration(value.Remaining)} left"));
    }

    /// <summary>Shows how the run ended: done, stopped, or failed.</summary>
    public void Dispose()
    {
        var finished = _latest is { } seen ? seen.Latest.Epoch + 1 : _first;
        var how = finished >= _epochs ? Invariant($"Done: {finished:N0} epochs")
            : Cancellation.IsCancellationRequested ? Invariant($"Stopped at epoch {finished:N0} of {_epochs:N0}")
            : Invariant($"Failed after epoch {finished:N0} of {_epochs:N0}");
        var duration = LiveBar.Duration(_bar.Elapsed);
        var here = _first > 0 ? Invariant($", the last {finished - _first:N0} in {duration}") : $" in {duration}";
        var figures = _latest is { } latest ? $" · {Figures(latest)}" : "";
        _bar.End(finished, how + here + figures);
    }

    private static string Figures(TrainingProgress progress) => Invariant(
        $"train loss {progress.Latest.TrainingLoss:F3} · val loss {progress.Latest.ValidationLoss:F3} · val accuracy {progress.Latest.ValidationAccuracy:F1}% · {Rate(progress.EpochsPerSecond)} epochs/s");

    private static string Rate(double rate) => rate.ToString(rate < 10 ? "F1" : "N0", CultureInfo.InvariantCulture);
}
