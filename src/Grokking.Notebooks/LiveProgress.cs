using System.Diagnostics;
using System.Globalization;
using Grokking.Training;
using Microsoft.DotNet.Interactive;
using static System.FormattableString;

namespace Grokking.Notebooks;

/// <summary>
/// A training run under its cell: a bar that moves in place, and the seed notebook's log line every hundred epochs.
/// Made and disposed of inside one cell; what it showed last stays in the saved notebook.
/// </summary>
public sealed class LiveProgress : IProgress<TrainingProgress>, IDisposable
{
    private const int EpochsPerLogLine = 100;
    private const int MaximalUpdates = 290;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);

    private readonly KernelInvocationContext _context;
    private readonly string _id = $"training-{Guid.NewGuid():N}";
    private readonly int _epochs;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly int _first;
    private readonly int _epochsPerUpdate;
    private TrainingProgress? _latest;
    private TimeSpan _shownAt;
    private int _shownEpoch;

    private LiveProgress(KernelInvocationContext context, int first, int epochs)
    {
        (_context, _first, _epochs, _shownEpoch) = (context, first, epochs, first);
        _epochsPerUpdate = (epochs - first + MaximalUpdates - 1) / MaximalUpdates;
        Cancellation = context.CancellationToken;
        CellOutput.Show(context, Bar(first, Invariant($"Epoch {first:N0} of {epochs:N0}")), _id);
    }

    /// <summary>Asked to cancel when the reader stops the cell.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>Shows a bar under the cell that is running.</summary>
    /// <param name="first">Epochs that are finished already; 0 for a new run.</param>
    /// <param name="epochs">Epochs the run aims at, the finished ones included.</param>
    /// <exception cref="InvalidOperationException">No cell is running.</exception>
    public static LiveProgress Start(int first, int epochs) => new(
        KernelInvocationContext.Current
            ?? throw new InvalidOperationException("Live progress belongs in a cell of a .NET Interactive notebook; there is no kernel here."),
        first,
        epochs);

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        _latest = value;
        if (value.Latest.Epoch % EpochsPerLogLine == 0)
        {
            Console.WriteLine(value.Latest.LogLine(value.Epochs));
        }

        var finished = value.Latest.Epoch + 1;
        if (_clock.Elapsed - _shownAt >= ShortestPause && finished - _shownEpoch >= _epochsPerUpdate)
        {
            (_shownAt, _shownEpoch) = (_clock.Elapsed, finished);
            CellOutput.Replace(
                _context,
                Bar(finished, Invariant($"Epoch {finished:N0} of {_epochs:N0} · {Figures(value)} · {Duration(value.Remaining)} left")),
                _id);
        }
    }

    /// <summary>Shows how the run ended: done, stopped, or failed.</summary>
    public void Dispose()
    {
        var finished = _latest is { } seen ? seen.Latest.Epoch + 1 : _first;
        var how = finished >= _epochs ? Invariant($"Done: {finished:N0} epochs")
            : Cancellation.IsCancellationRequested ? Invariant($"Stopped at epoch {finished:N0} of {_epochs:N0}")
            : Invariant($"Failed after epoch {finished:N0} of {_epochs:N0}");
        var here = _first > 0 ? Invariant($", the last {finished - _first:N0} in {Duration(_clock.Elapsed)}") : $" in {Duration(_clock.Elapsed)}";
        var figures = _latest is { } latest ? $" · {Figures(latest)}" : "";
        CellOutput.Replace(_context, Bar(finished, how + here + figures), _id);
    }

    private static string Figures(TrainingProgress progress) => Invariant(
        $"train loss {progress.Latest.TrainingLoss:F3} · val loss {progress.Latest.ValidationLoss:F3} · val accuracy {progress.Latest.ValidationAccuracy:F1}% · {Rate(progress.EpochsPerSecond)} epochs/s");

    private static string Rate(double rate) => rate.ToString(rate < 10 ? "F1" : "N0", CultureInfo.InvariantCulture);

    private static string Duration(TimeSpan time) => !(time < TimeSpan.FromDays(1)) ? "more than a day"
        : time.TotalHours >= 1 ? $"{time.Hours} h {time.Minutes} min"
        : time.TotalMinutes >= 1 ? $"{time.Minutes} min {time.Seconds} s"
        : Invariant($"{Math.Ceiling(time.TotalSeconds):N0} s");

    private CellOutput Bar(int finished, string text) => new(
        text,
        $"""<div class="grokking-progress"><progress aria-label="Training" max="{_epochs}" value="{finished}" style="width: 100%"></progress><br>{text}</div>""");
}
