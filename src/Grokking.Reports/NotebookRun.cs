namespace Grokking.Reports;

/// <summary>A run of a notebook: how it goes, and at its end how it went.</summary>
internal sealed class NotebookRun
{
    /// <summary>Held while outputs change, and while they are read during the run.</summary>
    public Lock Lock { get; } = new();

    public required Notebook Notebook { get; init; }

    /// <summary>The values that were given, as C# expressions.</summary>
    public required IReadOnlyList<(string Name, string Value)> Parameters { get; init; }

    public DateTimeOffset Started { get; } = DateTimeOffset.Now;

    public TimeSpan Elapsed { get; set; }

    /// <summary>What it ran on: "TorchSharp 0.107.0" and the like.</summary>
    public IReadOnlyList<string> Versions { get; set; } = [];

    /// <summary>Whether nothing is run: the outputs are those saved in the file.</summary>
    public bool IsSaved { get; init; }

    /// <summary>False while cells are still to come.</summary>
    public bool IsOver { get; set; }

    /// <summary>The cell that failed or was stopped, and its number among the code cells; null where none did.</summary>
    public (int Number, NotebookCell Cell)? Ended { get; set; }
}
