using System.Globalization;
using Grokking.Benchmarks.Measuring;
using Spectre.Console;

namespace Grokking.Benchmarks;

/// <summary>A table on the terminal: names on the left, figures on the right.</summary>
internal sealed class FigureTable
{
    private readonly Table _table = new() { Border = TableBorder.Rounded };

    /// <param name="title">What the table shows.</param>
    /// <param name="columns">Headings; the first column's cells are names.</param>
    public FigureTable(string title, params ReadOnlySpan<string> columns)
    {
        _table.Title = new TableTitle(Markup.Escape(title));
        foreach (var column in columns)
        {
            var alignment = _table.Columns.Count == 0 ? Justify.Left : Justify.Right;
            _table.AddColumn(new TableColumn(Markup.Escape(column)) { Alignment = alignment });
        }
    }

    public void Add(params string[] cells) => _table.AddRow([.. cells.Select(cell => new Text(cell))]);

    public void Write() => AnsiConsole.Write(_table);

    /// <summary>Three significant digits, or all of a whole part that has more; "never" for infinity.</summary>
    public static string Figure(double value)
    {
        if (double.IsInfinity(value))
        {
            return "never";
        }

        var decimals = value > 0 ? Math.Clamp(2 - (int)Math.Floor(Math.Log10(value)), 0, 6) : 0;
        return value.ToString($"N{decimals}", CultureInfo.InvariantCulture);
    }

    public static string Threads(int count) => count == 1 ? "1 thread" : $"{count} threads";

    /// <summary>Where the middle half of the rounds lies.</summary>
    public static string Spread(Sample sample) => $"{Figure(sample.LowerQuartile)} – {Figure(sample.UpperQuartile)}";
}
