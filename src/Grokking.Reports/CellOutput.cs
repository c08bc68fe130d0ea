using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Grokking.Reports;

/// <summary>One thing a cell showed, as nbformat 4 tells them apart.</summary>
internal abstract class CellOutput
{
    /// <summary>The output as a notebook file holds it.</summary>
    public abstract JsonObject ToJson();

    /// <summary>An output out of a notebook file; null where it is of no kind that nbformat 4 knows.</summary>
    public static CellOutput? FromJson(JsonNode? node) => Notebook.Text(node, "output_type") switch
    {
        "stream" => StreamOutput.Read((JsonObject)node!),
        "display_data" or "execute_result" or "pyout" => DisplayOutput.Read((JsonObject)node!),
        "error" => ErrorOutput.Read((JsonObject)node!),
        _ => null,
    };
}

/// <summary>Text the cell printed, in one piece until something else was shown.</summary>
/// <param name="name"><c>stdout</c> or <c>stderr</c>.</param>
internal sealed class StreamOutput(string name) : CellOutput
{
    private readonly StringBuilder _text = new();

    public string Name => name;

    public string Text => _text.ToString();

    public void Append(string text) => _text.Append(text);

    public static StreamOutput Read(JsonObject node)
    {
        var output = new StreamOutput(Notebook.Text(node, "name") == "stderr" ? "stderr" : "stdout");
        output.Append(SourceLines.FromJson(node["text"]) ?? "");
        return output;
    }

    public override JsonObject ToJson() => new()
    {
        ["name"] = Name,
        ["output_type"] = "stream",
        ["text"] = SourceLines.ToJson(Text),
    };
}

/// <summary>A value, in every form the kernel gave it. A later update replaces the forms, not the place.</summary>
internal sealed class DisplayOutput : CellOutput
{
    /// <summary>The cell's execution count where this is the cell's last value, null where it was displayed on the way.</summary>
    public int? ResultOf { get; init; }

    /// <summary>MIME type to content; binary content in base64.</summary>
    public required IReadOnlyDictionary<string, string> Forms { get; set; }

    public override JsonObject ToJson()
    {
        var data = new JsonObject();
        foreach (var (mime, content) in Forms)
        {
            data[mime] = mime.StartsWith("image/", StringComparison.Ordinal) && mime != "image/svg+xml" ? content
                : mime.EndsWith("json", StringComparison.Ordinal) && ParsedOrNull(content) is { } parsed ? parsed
                : SourceLines.ToJson(content);
        }

        var json = new JsonObject { ["data"] = data, ["metadata"] = new JsonObject() };
        if (ResultOf is { } count)
        {
            json["execution_count"] = count;
        }

        json["output_type"] = ResultOf is null ? "display_data" : "execute_result";
        return json;
    }

    public static DisplayOutput? Read(JsonObject node)
    {
        var forms = new Dictionary<string, string>();
        foreach (var (mime, content) in node["data"] as JsonObject ?? [])
        {
            if (SourceLines.FromJson(content) is { } text)
            {
                forms[mime] = text;
            }
            else if (content is not null && mime.EndsWith("json", StringComparison.Ordinal))
            {
                forms[mime] = content.ToJsonString();
            }
        }

        return forms.Count == 0 ? null : new DisplayOutput { Forms = forms, ResultOf = node["execution_count"] is JsonValue count && count.TryGetValue<int>(out var n) ? n : null };
    }

    private static JsonNode? ParsedOrNull(string content)
    {
        try
        {
            return JsonNode.Parse(content);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The exception or the compiler's refusal that ended the cell.</summary>
/// <param name="name">The exception's type, or <c>Error</c>.</param>
/// <param name="message">What it says.</param>
/// <param name="trace">Where it was thrown, without the script host's own frames; may be empty.</param>
internal sealed class ErrorOutput(string name, string message, IReadOnlyList<string> trace) : CellOutput
{
    public string Name => name;

    public string Message => message;

    public IReadOnlyList<string> Trace => trace;

    public static ErrorOutput Read(JsonObject node) =>
        new(SourceLines.FromJson(node["ename"]) ?? "Error", SourceLines.FromJson(node["evalue"]) ?? "", [.. (node["traceback"] as JsonArray ?? []).Select(line => SourceLines.FromJson(line) ?? "")]);

    public override JsonObject ToJson() => new()
    {
        ["ename"] = Name,
        ["evalue"] = Message,
        ["output_type"] = "error",
        ["traceback"] = new JsonArray([.. Trace.Select(line => JsonValue.Create(line))]),
    };
}
