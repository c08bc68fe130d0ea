using System.Collections;
using System.Globalization;
using Grokking.Training;
using static System.FormattableString;

namespace Grokking.Notebooks;

/// <summary>Loops that show how far they are, as Python's <c>tqdm</c> does.</summary>
public static class Progress
{
    /// <summary>
    /// The numbers from <paramref name="start"/> to before <paramref name="end"/>, with a bar under the cell: rate, time left, what the
    /// loop gives it to show, and small curves. The cell's stop button ends the loop when the turn at hand is done.
    /// </summary>
    /// <param name="start">The first number; what is before it counts as done.</param>
    /// <param name="end">The end, which is not among them.</param>
    /// <param name="unit">What a turn is.</param>
    public static ProgressRange Range(int start, int end, string unit = "epoch") => new(start, end, unit);
}

/// <summary>A loop over numbers, and its bar; see <see cref="Progress.Range"/>.</summary>
public sealed class ProgressRange : IEnumerable<int>
{
    private static int _running;

    private readonly int _start;
    private readonly int _end;
    private readonly string _unit;
    private readonly SmallCurves _curves;
    private (string Name, double Value)[] _values = [];

    internal ProgressRange(int start, int end, string unit)
    {
        (_start, _end, _unit) = (start, end, unit);
        _curves = new SmallCurves(start, end, unit);
    }

    /// <summary>Whether a loop is in the midst of a turn, which a stop has to wait for.</summary>
    internal static bool IsRunning => Volatile.Read(ref _running) > 0;

    /// <summary>Where it starts and ends.</summary>
    public override string ToString() => Invariant($"{_unit}s {_start:N0} to {_end:N0}");

    /// <summary>Numbers to show beside the bar. One that is not finite ends the loop after this turn.</summary>
    public void Show(params (string Name, double Value)[] values) => _values = values;

    /// <summary>Numbers to draw as small curves that grow, one point per turn. One that is not finite ends the loop after this turn.</summary>
    public void Plot(params (string Name, double Value)[] values) => _curves.Add(values);

    /// <summary>Shows an epoch's losses, and draws its accuracies, in percent.</summary>
    public void Show(EpochRecord epoch)
    {
        Show(("train loss", epoch.TrainingLoss), ("val loss", epoch.ValidationLoss));
        Plot(("train accuracy", epoch.TrainingAccuracy), ("val accuracy", epoch.ValidationAccuracy));
    }

    /// <summary>Goes through the numbers that are left, in the cell that is running.</summary>
    /// <exception cref="InvalidOperationException">No cell is running.</exception>
    public IEnumerator<int> GetEnumerator()
    {
        if (_start >= _end)
        {
            Console.WriteLine(_end > 0 ? Invariant($"Nothing to do: there are {_start:N0} of {_end:N0} {_unit}s already.") : Invariant($"Nothing to do: {_end:N0} {_unit}s were asked for."));
            yield break;
        }

        var bar = new ProgressBar($"{_unit}s", _start, _end, Invariant($"{Capital(_unit)} {_start:N0} of {_end:N0}"));
        var done = _start;
        var how = "Ended";
        Interlocked.Increment(ref _running);
        try
        {
            while (done < _end)
            {
                if (bar.Cancellation.IsCancellationRequested)
                {
                    how = "Stopped";
                    yield break;
                }

                yield return done;
                done++;
                if (NotFinite() is { } name)
                {
                    how = $"Stopped, because the {name} is no finite number,";
                    yield break;
                }

                bar.Move(done, () => ($"{Capital(_unit)} {Count(done)} · {Values()}{Rate(done, bar)} · {Left(done, bar)} left", _curves.Svg()));
            }

            how = "Done:";
        }
        finally
        {
            Interlocked.Decrement(ref _running);
            var place = done == _end ? Invariant($"{_end:N0} {_unit}s") : $"at {_unit} {Count(done)}";
            var here = _start > 0 ? Invariant($", the last {done - _start:N0} in ") : " in ";
            bar.End(done, ($"{how} {place}{here}{ProgressBar.Duration(bar.Elapsed)} · {Values()}{Rate(done, bar)}", _curves.Svg()));
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private string? NotFinite() => _values.Concat(_curves.Latest).Where(value => !double.IsFinite(value.Value)).Select(value => value.Name).FirstOrDefault();

    private string Count(int done) => Invariant($"{done:N0} of {_end:N0}");

    private string Values() => string.Concat(_values.Concat(_curves.Latest).Select(value => $"{value.Name} {Text(value.Value)} · "));

    private string Rate(int done, ProgressBar bar)
    {
        var rate = (done - _start) / bar.Elapsed.TotalSeconds;
        return Invariant($"{rate.ToString(rate < 10 ? "F1" : "N0", CultureInfo.InvariantCulture)} {_unit}s/s");
    }

    private string Left(int done, ProgressBar bar) => ProgressBar.Duration(bar.Elapsed * ((double)(_end - done) / Math.Max(1, done - _start)));

    private static string Text(double value) => value.ToString(Math.Abs(value) is >= 0.001 and < 10 or 0 ? "F3" : Math.Abs(value) >= 10 ? "F1" : "0.0e0", CultureInfo.InvariantCulture);

    private static string Capital(string word) => string.Concat(word[..1].ToUpperInvariant(), word.AsSpan(1));
}
