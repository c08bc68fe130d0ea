using System.Globalization;
using Spectre.Console;

namespace Grokking.Reports;

/// <summary>What the caller sees while a notebook runs.</summary>
internal abstract class RunView : IDisposable
{
    /// <summary>The view for this process's standard output: live in a terminal, plain lines elsewhere.</summary>
    public static RunView ForStandardOutput()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings());
        return Console.IsOutputRedirected || !console.Profile.Capabilities.Ansi ? new PlainRunView(Console.Out) : new TerminalRunView(console);
    }

    public abstract void CellStarted(int number, int count, string firstLine);

    /// <summary>The text of what the running cell shows in place, a training bar above all.</summary>
    public abstract void Progress(string text);

    public abstract void CellFinished(CellState state, TimeSpan elapsed);

    /// <summary>One line for the caller.</summary>
    public abstract void Say(string line);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }

    /// <summary>"40 ms" below a second, "3.2 s" below a minute, "4:05" and "1:04:05" above.</summary>
    public static string Duration(TimeSpan elapsed) => elapsed switch
    {
        { TotalSeconds: < 1 } => elapsed.TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture) + " ms",
        { TotalMinutes: < 1 } => elapsed.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture) + " s",
        { TotalHours: < 1 } => elapsed.ToString(@"m\:ss", CultureInfo.InvariantCulture),
        _ => FormattableString.Invariant($"{Math.Floor(elapsed.TotalHours):0}:{elapsed:mm\\:ss}"),
    };
}
