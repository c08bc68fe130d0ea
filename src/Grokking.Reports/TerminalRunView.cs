using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Grokking.Reports;

/// <summary>Finished cells scroll up; the running one, its time and its progress stay below and move.</summary>
internal sealed class TerminalRunView : RunView
{
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private readonly IAnsiConsole _console;
    private readonly Timer _redrawing;
    private string _cell = "";
    private string _progress = "";
    private DateTime? _started;
    private int _linesBelow;

    public TerminalRunView(IAnsiConsole console)
    {
        _console = console;
        _redrawing = new Timer(_ => Draw(), null, Frame, Frame);
    }

    public override void CellStarted(int number, int count, string firstLine)
    {
        var total = count.ToString(CultureInfo.InvariantCulture);
        lock (_lock)
        {
            _cell = $"{number.ToString(CultureInfo.InvariantCulture).PadLeft(total.Length)}/{total}  {firstLine}";
            (_progress, _started) = ("", DateTime.UtcNow);
        }

        Draw();
    }

    public override void Progress(string text)
    {
        lock (_lock)
        {
            _progress = text.ReplaceLineEndings(" ");
        }
    }

    public override void CellFinished(CellState state, TimeSpan elapsed)
    {
        var (mark, colour) = state switch
        {
            CellState.Done or CellState.Raised => ("✓", Color.Green),
            CellState.Stopped => ("■", Color.Yellow),
            _ => ("✗", Color.Red),
        };
        lock (_lock)
        {
            _started = null;
            Draw(Row(mark, colour, elapsed));
        }
    }

    public override void Say(string line) => Draw(new Text(line + "\n"));

    public override void Dispose() => _redrawing.Dispose();

    /// <summary>Takes away what moves, writes what stays, and puts what moves below it again.</summary>
    private void Draw(IRenderable? stays = null)
    {
        lock (_lock)
        {
            if (_linesBelow > 0)
            {
                _console.Write(new ControlCode($"\r\u001b[{_linesBelow}A\u001b[J"));
                _linesBelow = 0;
            }

            if (stays is not null)
            {
                _console.Write(stays);
            }

            if (_started is { } started)
            {
                _console.Write(Row("▸", Color.Blue, DateTime.UtcNow - started));
                _linesBelow = 1;
                if (_progress.Length > 0)
                {
                    _console.Write(new Text($"  {Fit(_progress, _console.Profile.Width - 3)}\n"));
                    _linesBelow = 2;
                }
            }
        }
    }

    private Paragraph Row(string mark, Color colour, TimeSpan elapsed)
    {
        var time = Duration(elapsed);
        var room = _console.Profile.Width - time.Length - 4;
        var cell = Fit(_cell, room);
        return new Paragraph()
            .Append(mark + " ", colour)
            .Append(cell + new string(' ', Math.Max(0, room - cell.GetCellWidth())))
            .Append($" {time}\n", Color.Grey);
    }

    /// <summary>The text in one line of the window, whose letters may be two columns wide.</summary>
    private static string Fit(string text, int columns)
    {
        if (text.GetCellWidth() <= columns)
        {
            return text;
        }

        text = text[..Math.Clamp(2 * columns, 0, text.Length)];
        while (text.Length > 0 && text.GetCellWidth() >= columns)
        {
            text = text[..^1];
        }

        return text + "…";
    }
}
