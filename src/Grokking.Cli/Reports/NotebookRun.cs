namespace Grokking.Cli.Reports;

/// <summary>A run that is over: the notebook with its outputs, and how it went.</summary>
internal sealed record NotebookRun
{
    public required Notebook Notebook { get; init; }

    /// <summary>The values that were given, as C# expressions.</summary>
    public required IReadOnlyList<(string Name, string Value)> Parameters { get; init; }

    public required DateTimeOffset Started { get; init; }

    public required TimeSpan Elapsed { get; init; }

    /// <summary>What it ran on: "TorchSharp 0.107.0" and the like.</summary>
    public required IReadOnlyList<string> Versions { get; init; }

    /// <summary>The cell that failed or was stopped, and its number among the code cells; null where all ran.</summary>
    public required (int Number, NotebookCell Cell)? Ended { get; init; }
}
