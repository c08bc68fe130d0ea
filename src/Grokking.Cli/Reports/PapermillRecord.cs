using System.Text.Json.Nodes;

namespace Grokking.Cli.Reports;

/// <summary>How a run went, in the metadata that papermill leaves in a notebook, for tools that know to look there.</summary>
internal static class PapermillRecord
{
    public static void Write(NotebookRun run)
    {
        foreach (var cell in run.Notebook.Cells.Where(cell => cell.IsRunnable))
        {
            cell.Metadata["papermill"] = new JsonObject
            {
                ["duration"] = Math.Round(cell.Elapsed.TotalSeconds, 3),
                ["exception"] = cell.State == CellState.Failed,
                ["status"] = cell.State switch
                {
                    CellState.Done or CellState.Raised => "completed",
                    CellState.NotRun => "pending",
                    _ => "failed",
                },
            };
        }

        var parameters = new JsonObject();
        foreach (var (name, value) in run.Parameters)
        {
            parameters[name] = value;
        }

        run.Notebook.Metadata["papermill"] = new JsonObject
        {
            ["duration"] = Math.Round(run.Elapsed.TotalSeconds, 3),
            ["end_time"] = (run.Started + run.Elapsed).UtcDateTime.ToString("O"),
            ["exception"] = run.Ended is not null,
            ["parameters"] = parameters,
            ["start_time"] = run.Started.UtcDateTime.ToString("O"),
        };
    }
}
