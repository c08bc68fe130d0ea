using System.Text.Json.Nodes;

namespace Grokking.Reports;

/// <summary>How a run went, in the metadata that papermill leaves in a notebook, for tools that know to look there.</summary>
internal static class PapermillRecord
{
    private const string Key = "papermill";

    public static void Write(NotebookRun run)
    {
        foreach (var cell in run.Notebook.Cells.Where(cell => cell.IsRunnable))
        {
            cell.Metadata[Key] = new JsonObject
            {
                ["duration"] = Math.Round(cell.Elapsed.TotalSeconds, 3),
                ["exception"] = cell.State == CellState.Failed,
                ["status"] = cell.State switch
                {
                    CellState.Done or CellState.Raised => "completed",
                    CellState.NotRun => "pending",
                    CellState.Running => "running",
                    _ => "failed",
                },
            };
        }

        var parameters = new JsonObject();
        foreach (var (name, value) in run.Parameters)
        {
            parameters[name] = value;
        }

        run.Notebook.Metadata[Key] = new JsonObject
        {
            ["duration"] = Math.Round(run.Elapsed.TotalSeconds, 3),
            ["end_time"] = run.IsOver ? (run.Started + run.Elapsed).UtcDateTime.ToString("O") : null,
            ["exception"] = run.IsOver ? run.Ended is not null : null,
            ["parameters"] = parameters,
            ["start_time"] = run.Started.UtcDateTime.ToString("O"),
        };
    }

    /// <summary>How long the cell took when it was run; null where nobody wrote it down.</summary>
    public static TimeSpan? Duration(NotebookCell cell) =>
        cell.Metadata[Key] is JsonObject record && record["duration"] is JsonValue value && value.TryGetValue<double>(out var seconds) && seconds is >= 0 and < 1e9
            ? TimeSpan.FromSeconds(seconds)
            : null;

    /// <summary>Whether <see cref="Write"/> wrote this metadata; papermill itself adds its version.</summary>
    public static bool IsIn(JsonObject metadata) => metadata[Key] is JsonObject record && record.ContainsKey("start_time") && !record.ContainsKey("version");
}
