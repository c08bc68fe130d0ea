using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.Formatting;

namespace Grokking.Cli.Reports;

/// <summary>Turns a run's kernel events into the outputs of its cells. Events come from any thread.</summary>
internal sealed class OutputRecorder
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, DisplayOutput> _displayed = [];
    private NotebookCell? _cell;

    /// <summary>Called with the plain text of a displayed value each time it changes.</summary>
    public Action<string>? Updated { get; init; }

    /// <summary>From now on, what is shown belongs to this cell; to none where it is null.</summary>
    public void Record(NotebookCell? cell)
    {
        lock (_lock)
        {
            _cell = cell;
        }
    }

    public void Add(KernelEvent @event)
    {
        lock (_lock)
        {
            switch (@event)
            {
                case StandardOutputValueProduced printed:
                    Print("stdout", printed);
                    break;
                case StandardErrorValueProduced printed:
                    Print("stderr", printed);
                    break;
                case ReturnValueProduced returned:
                    Show(returned, _cell?.ExecutionCount);
                    break;
                case DisplayedValueUpdated updated:
                    Update(updated);
                    break;
                case DisplayedValueProduced displayed:
                    Show(displayed, null);
                    break;
                case ErrorProduced error:
                    Show(error, null);
                    break;
            }
        }
    }

    private void Print(string stream, DisplayEvent printed)
    {
        if (_cell is null)
        {
            return;
        }

        if (_cell.Outputs.LastOrDefault() is not StreamOutput output || output.Name != stream)
        {
            _cell.Outputs.Add(output = new StreamOutput(stream));
        }

        output.Append(string.Concat(printed.FormattedValues.Select(value => value.Value)));
    }

    private void Show(DisplayEvent shown, int? resultOf)
    {
        var forms = Forms(shown.FormattedValues);
        if (_cell is null || forms.Count == 0)
        {
            return;
        }

        var output = new DisplayOutput { Forms = forms, ResultOf = resultOf };
        _cell.Outputs.Add(output);
        if (shown.ValueId is { } id)
        {
            _displayed[id] = output;
        }
    }

    /// <summary>The place where a value was first shown keeps its latest state, also when a later cell updates it.</summary>
    private void Update(DisplayedValueUpdated updated)
    {
        var forms = Forms(updated.FormattedValues);
        if (_cell is null || forms.Count == 0)
        {
            return;
        }

        if (_displayed.TryGetValue(updated.ValueId, out var output))
        {
            output.Forms = forms;
        }
        else
        {
            Show(updated, null);
        }

        if (forms.TryGetValue(PlainTextFormatter.MimeType, out var text))
        {
            Updated?.Invoke(text);
        }
    }

    private static Dictionary<string, string> Forms(IEnumerable<FormattedValue> values)
    {
        var forms = new Dictionary<string, string>();
        foreach (var value in values.Where(value => !value.SuppressDisplay))
        {
            forms[value.MimeType] = value.Value;
        }

        return forms;
    }
}
