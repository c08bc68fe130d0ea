using System.Diagnostics;
using System.Net;
using Microsoft.DotNet.Interactive;
using static System.FormattableString;

namespace Grokking.Notebooks;

/// <summary>
/// A bar under a cell that moves in place, with a line of text: at most ten updates a second, and three hundred in all.
/// Made and ended inside one cell; what it showed last stays in the saved notebook.
/// </summary>
internal sealed class ProgressBar
{
    private const int MaximalUpdates = 290;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);

    private readonly KernelInvocationContext _context;
    private readonly string _id = $"progress-{Guid.NewGuid():N}";
    private readonly string _label;
    private readonly int _total;
    private readonly int _pace;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _shownAt;
    private int _shown;

    /// <summary>Shows a bar under the cell that is running.</summary>
    /// <param name="label">What is going on, for a screen reader.</param>
    /// <param name="first">Where the bar begins.</param>
    /// <param name="total">Where it ends.</param>
    /// <param name="text">The text at its beginning.</param>
    /// <exception cref="InvalidOperationException">No cell is running.</exception>
    public ProgressBar(string label, int first, int total, string text)
    {
        _context = KernelInvocationContext.Current
            ?? throw new InvalidOperationException("Live progress belongs in a cell of a .NET Interactive notebook; there is no kernel here.");
        (_label, _shown, _total, _pace) = (label, first, total, (total - first + MaximalUpdates - 1) / MaximalUpdates);
        DisplayedOutput.Show(_context, Output(first, text, ""), _id);
    }

    /// <summary>Asked to cancel when the reader stops the cell.</summary>
    public CancellationToken Cancellation => _context.CancellationToken;

    /// <summary>The time since the bar was made.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>Moves the bar, unless it has only just been moved.</summary>
    /// <param name="value">Where it is.</param>
    /// <param name="show">The text, and what is drawn below it as HTML.</param>
    public void Move(int value, Func<(string Text, string Html)> show)
    {
        if (_clock.Elapsed - _shownAt >= ShortestPause && value - _shown >= _pace)
        {
            (_shownAt, _shown) = (_clock.Elapsed, value);
            End(value, show());
        }
    }

    /// <summary>Shows how it ended.</summary>
    public void End(int value, (string Text, string Html) shown) => DisplayedOutput.Replace(_context, Output(value, shown.Text, shown.Html), _id);

    /// <summary>A time as a reader would say it.</summary>
    public static string Duration(TimeSpan time) => !(time < TimeSpan.FromDays(1)) ? "more than a day"
        : time.TotalHours >= 1 ? $"{time.Hours} h {time.Minutes} min"
        : time.TotalMinutes >= 1 ? $"{time.Minutes} min {time.Seconds} s"
        : Invariant($"{Math.Ceiling(time.TotalSeconds):N0} s");

    private DisplayedOutput Output(int value, string text, string html) => new(
        text,
        $"""<div class="grokking-progress"><progress aria-label="{_label}" max="{_total}" value="{value}" style="width: 100%"></progress><br>{WebUtility.HtmlEncode(text)}{html}</div>""");
}
