namespace Grokking.Notebooks.Tests.Kernel;

internal enum CellEventKind
{
    Output,
    ErrorOutput,
    Shown,
    Updated,
    Failed,
    Ended,
}

/// <summary>What a front end is told of a cell, in whichever protocol.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Text">What was printed, or why the cell failed.</param>
/// <param name="Id">The id under which a value may be updated.</param>
/// <param name="Forms">A value by MIME type.</param>
internal sealed record CellEvent(CellEventKind Kind, string Text = "", string? Id = null, IReadOnlyDictionary<string, string>? Forms = null);
