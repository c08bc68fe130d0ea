using System.Collections.Concurrent;
using System.Diagnostics;

namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>A cell that runs, and what its reader sees.</summary>
internal sealed class CellRun(Action stop, Func<string> threads, BlockingCollection<CellEvent> events)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly List<CellEvent> _seen = [];

    /// <summary>Why the cell failed; null where it succeeded.</summary>
    public string? Error => _seen.Any(seen => seen.Kind == CellEventKind.Failed) ? Text(CellEventKind.Failed) : null;

    /// <summary>What was written to standard output.</summary>
    public string Output => Text(CellEventKind.Output);

    /// <summary>What was written to standard error.</summary>
    public string ErrorOutput => Text(CellEventKind.ErrorOutput);

    /// <summary>Values that were shown, in one form; those that were updated in their last state.</summary>
    public IReadOnlyList<string> Shown(string mimeType)
    {
        var shown = new List<(string? Id, string Value)>();
        foreach (var seen in _seen)
        {
            if (seen.Forms?.GetValueOrDefault(mimeType) is { } value)
            {
                var place = seen.Kind == CellEventKind.Updated ? shown.FindIndex(earlier => earlier.Id == seen.Id) : shown.Count;
                shown.RemoveRange(place, Math.Min(1, shown.Count - place));
                shown.Insert(place, (seen.Id, value));
            }
        }

        return [.. shown.Select(value => value.Value)];
    }

    /// <summary>How often values were updated in place, and under which ids.</summary>
    public IReadOnlyList<string> UpdatedIds => [.. _seen.Where(seen => seen.Kind == CellEventKind.Updated).Select(seen => seen.Id!)];

    /// <summary>Waits until the cell has shown something.</summary>
    public CellRun Until(Func<CellRun, bool> condition)
    {
        while (!condition(this))
        {
            Take();
        }

        return this;
    }

    /// <summary>Presses stop, and waits for the end of the cell.</summary>
    /// <returns>The time it took.</returns>
    public TimeSpan Stop()
    {
        var clock = Stopwatch.StartNew();
        stop();
        Finish();
        return clock.Elapsed;
    }

    /// <summary>Waits for the end of the cell.</summary>
    public CellRun Finish() => Until(run => run._seen is [.., { Kind: CellEventKind.Ended }]);

    private void Take()
    {
        if (!events.TryTake(out var next, Patience))
        {
            throw new TimeoutException($"The kernel said nothing for {Patience.TotalSeconds} s; the cell had printed: {Output}\nThe kernel's threads: {threads()}");
        }

        _seen.Add(next);
    }

    private string Text(CellEventKind kind) =>
        string.Concat(_seen.Where(seen => seen.Kind == kind).Select(seen => seen.Text)).ReplaceLineEndings("\n");
}
