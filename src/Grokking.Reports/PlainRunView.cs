namespace Grokking.Reports;

/// <summary>A line a cell, and one every ten seconds while a cell shows progress.</summary>
internal sealed class PlainRunView(TextWriter output) : RunView
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private string _cell = "";
    private DateTime _said;

    public override void CellStarted(int number, int count, string firstLine)
    {
        _cell = $"[{number}/{count}] {firstLine}";
        _said = DateTime.UtcNow;
    }

    public override void Progress(string text)
    {
        if (DateTime.UtcNow - _said >= Pause)
        {
            _said = DateTime.UtcNow;
            output.WriteLine($"  {text.ReplaceLineEndings(" ")}");
        }
    }

    public override void CellFinished(CellState state, TimeSpan elapsed) =>
        output.WriteLine($"{_cell} ({state switch { CellState.Failed => "failed after ", CellState.Raised => "raised an exception, as its tag allows, after ", CellState.Stopped => "stopped after ", _ => "" }}{Duration(elapsed)})");

    public override void Say(string line) => output.WriteLine(line);
}
