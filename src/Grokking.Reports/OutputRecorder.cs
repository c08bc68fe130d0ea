using System.Text.Json.Nodes;

namespace Grokking.Reports;

/// <summary>Turns a run's kernel events into the outputs of its cells. What comes after a cell's end still belongs to it.</summary>
/// <param name="run">The run; its lock is held while an output changes.</param>
/// <param name="cells">The cell of a submission.</param>
/// <param name="updated">Called with the plain text of a displayed value each time it changes.</param>
internal sealed class OutputRecorder(NotebookRun run, IReadOnlyDictionary<string, NotebookCell> cells, Action<string> updated)
{
    private readonly Dictionary<string, DisplayOutput> _displayed = [];
    private readonly HashSet<string> _returned = [];

    public void Add(KernelEvent @event)
    {
        if (!cells.TryGetValue(@event.Submission, out var cell))
        {
            return;
        }

        var forms = Forms(@event.Content);
        lock (run.Lock)
        {
            switch (@event.Type)
            {
                case "StandardOutputValueProduced":
                    Print(cell, "stdout", forms);
                    break;
                case "StandardErrorValueProduced":
                    Print(cell, "stderr", forms);
                    break;
                // The kernel sends what a magic's part of a cell returns twice.
                case "ReturnValueProduced" when _returned.Add(@event.Token):
                    Show(cell, @event.Content, forms, cell.ExecutionCount);
                    break;
                case "DisplayedValueProduced" or "ErrorProduced":
                    Show(cell, @event.Content, forms, null);
                    break;
                case "DisplayedValueUpdated":
                    Update(cell, @event.Content, forms);
                    break;
            }
        }
    }

    private static void Print(NotebookCell cell, string stream, Dictionary<string, string> forms)
    {
        if (cell.Outputs.LastOrDefault() is not StreamOutput output || output.Name != stream)
        {
            cell.Outputs.Add(output = new StreamOutput(stream));
        }

        output.Append(string.Concat(forms.Values));
    }

    private void Show(NotebookCell cell, JsonObject shown, Dictionary<string, string> forms, int? resultOf)
    {
        if (forms.Count == 0)
        {
            return;
        }

        var output = new DisplayOutput { Forms = forms, ResultOf = resultOf };
        cell.Outputs.Add(output);
        if ((string?)shown["valueId"] is { } id)
        {
            _displayed[id] = output;
        }
    }

    /// <summary>The place where a value was first shown keeps its latest state, also when a later cell updates it.</summary>
    private void Update(NotebookCell cell, JsonObject shown, Dictionary<string, string> forms)
    {
        if (forms.Count == 0)
        {
            return;
        }

        if ((string?)shown["valueId"] is { } id && _displayed.TryGetValue(id, out var output))
        {
            output.Forms = forms;
        }
        else
        {
            Show(cell, shown, forms, null);
        }

        if (forms.TryGetValue("text/plain", out var text))
        {
            updated(text);
        }
    }

    private static Dictionary<string, string> Forms(JsonObject shown)
    {
        var forms = new Dictionary<string, string>();
        foreach (var value in (shown["formattedValues"] as JsonArray ?? []).Where(value => !(bool)(value!["suppressDisplay"] ?? false)))
        {
            forms[(string)value!["mimeType"]!] = (string?)value["value"] ?? "";
        }

        return forms;
    }
}
