using System.Text.Json.Nodes;

namespace Grokking.Reports;

/// <summary>nbformat's three kinds of cell.</summary>
internal enum CellKind
{
    Code,
    Markdown,
    Raw,
}

/// <summary>How far a code cell came.</summary>
internal enum CellState
{
    NotRun,
    Running,
    Done,
    Failed,
    Stopped,
}

/// <summary>A cell, and what running it brought. Metadata that means nothing here is kept as it was.</summary>
internal sealed class NotebookCell
{
    public required string Id { get; init; }

    public required CellKind Kind { get; init; }

    public required string Source { get; init; }

    public required JsonObject Metadata { get; init; }

    /// <summary>The kernel it names, such as <c>fsharp</c>; null where it leaves that to the notebook.</summary>
    public string? Language { get; init; }

    /// <summary>1 for the first cell that ran.</summary>
    public int? ExecutionCount { get; set; }

    public CellState State { get; set; }

    public TimeSpan Elapsed { get; set; }

    public List<CellOutput> Outputs { get; } = [];

    public bool HasTag(string tag) =>
        Metadata["tags"] is JsonArray tags && tags.Any(t => t is JsonValue value && value.TryGetValue<string>(out var text) && text == tag);

    /// <summary>Whether there is code to run.</summary>
    public bool IsRunnable => Kind == CellKind.Code && !string.IsNullOrWhiteSpace(Source);

    /// <summary>The first line that says something, for lists and progress.</summary>
    public string FirstLine => Source.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) ?? "";

    /// <summary>Takes the count and the outputs that are saved with the cell.</summary>
    public void Recall(JsonObject saved)
    {
        if (Kind != CellKind.Code)
        {
            return;
        }

        ExecutionCount = saved["execution_count"] is JsonValue value && value.TryGetValue<int>(out var count) ? count : null;
        Outputs.AddRange((saved["outputs"] as JsonArray ?? []).Select(CellOutput.FromJson).OfType<CellOutput>());
        State = Outputs.Any(output => output is ErrorOutput) ? CellState.Failed
            : ExecutionCount is not null || Outputs.Count > 0 ? CellState.Done
            : CellState.NotRun;
        Elapsed = PapermillRecord.Duration(this) ?? TimeSpan.Zero;
    }

    /// <summary>The cell as if it had never run.</summary>
    public void Forget()
    {
        Outputs.Clear();
        (ExecutionCount, State, Elapsed) = (null, CellState.NotRun, TimeSpan.Zero);
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["cell_type"] = Kind.ToString().ToLowerInvariant() };
        if (Kind == CellKind.Code)
        {
            json["execution_count"] = ExecutionCount;
        }

        json["id"] = Id;
        json["metadata"] = Metadata.DeepClone();
        if (Kind == CellKind.Code)
        {
            json["outputs"] = new JsonArray([.. Outputs.Select(output => output.ToJson())]);
        }

        json["source"] = Lines.ToJson(Source);
        return json;
    }
}
