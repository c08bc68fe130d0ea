using System.Text.Json.Nodes;
using Grokking.Reports.Contents;

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

    /// <summary>It threw, and its tag <c>raises-exception</c> allows that.</summary>
    Raised,
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

    /// <summary>The kernel of the notebook, for a cell that names none.</summary>
    public string NotebookLanguage { get; init; } = "csharp";

    /// <summary>The pictures pasted into the cell: name to MIME type to base64; null where there are none.</summary>
    public JsonObject? Attachments { get; init; }

    /// <summary>The MIME type of a raw cell's source; null where it names none.</summary>
    public string? RawType => Notebook.Text(Metadata, "raw_mimetype") ?? Notebook.Text(Metadata, "format");

    /// <summary>What its tags ask for.</summary>
    public CellTags Tags => CellTags.Of(Metadata);

    /// <summary>1 for the first cell that ran.</summary>
    public int? ExecutionCount { get; set; }

    public CellState State { get; set; }

    public TimeSpan Elapsed { get; set; }

    public List<CellOutput> Outputs { get; } = [];

    public bool HasTag(string tag) =>
        Metadata["tags"] is JsonArray tags && tags.Any(t => t is JsonValue value && value.TryGetValue<string>(out var text) && text == tag);

    /// <summary>Whether it is a cell of code.</summary>
    public bool HasCode => Kind == CellKind.Code && !string.IsNullOrWhiteSpace(Source);

    /// <summary>Whether there is code to run.</summary>
    public bool IsRunnable => HasCode && !Tags.Skipped && CellLanguage.OnlyShown(Language) is null;

    /// <summary>What its code is written in, by the kernel's name.</summary>
    public string Language => CellLanguage.Of(Metadata, Source, NotebookLanguage);

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

        if (Attachments is not null)
        {
            json["attachments"] = Attachments.DeepClone();
        }

        json["id"] = Id;
        json["metadata"] = Metadata.DeepClone();
        if (Kind == CellKind.Code)
        {
            json["outputs"] = new JsonArray([.. Outputs.Select(output => output.ToJson())]);
        }

        json["source"] = SourceLines.ToJson(Source);
        return json;
    }
}
