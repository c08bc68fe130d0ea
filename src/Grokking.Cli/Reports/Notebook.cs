using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Grokking.Cli.Reports;

/// <summary>An nbformat 4 notebook of C# cells. Outputs of an earlier run are not read: they are made anew.</summary>
internal sealed partial class Notebook
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 512,
    };

    private Notebook(string path, JsonObject metadata, List<NotebookCell> cells) =>
        (Path, Metadata, Cells) = (path, metadata, cells);

    /// <summary>The file it was read from, as a full path.</summary>
    public string Path { get; }

    /// <summary>The folder its relative paths start from.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(Path)!;

    public JsonObject Metadata { get; }

    public List<NotebookCell> Cells { get; }

    /// <summary>Reads a notebook file.</summary>
    /// <param name="path">As the caller wrote it; messages repeat it.</param>
    /// <exception cref="RequestException">The file is missing or unreadable, no JSON, no nbformat 4, or for a kernel that is not C#.</exception>
    public static Notebook Read(string path)
    {
        var document = Parse(path);
        if (document["nbformat"] is not JsonValue format || !format.TryGetValue<int>(out var version))
        {
            throw new RequestException($"{path} is JSON but no notebook: it has no number \"nbformat\".");
        }

        if (version != 4)
        {
            throw new RequestException($"{path} is in nbformat {version}, and report reads nbformat 4; `jupyter nbconvert --to notebook` converts it.");
        }

        if (document["cells"] is not JsonArray cells)
        {
            throw new RequestException($"{path} is no notebook: it has no list \"cells\".");
        }

        var metadata = document["metadata"] as JsonObject ?? [];
        RefuseForeignKernel(path, metadata);

        var notebook = new Notebook(System.IO.Path.GetFullPath(path), metadata, []);
        foreach (var node in cells)
        {
            notebook.Cells.Add(notebook.ReadCell(path, node));
        }

        return notebook;
    }

    /// <summary>The notebook file with its outputs, in nbformat 4.5.</summary>
    public string ToJson() => new JsonObject
    {
        ["cells"] = new JsonArray([.. Cells.Select(cell => cell.ToJson())]),
        ["metadata"] = Metadata.DeepClone(),
        ["nbformat"] = 4,
        ["nbformat_minor"] = 5,
    }.ToJsonString(Format) + "\n";

    /// <summary>An id that no cell has: the wanted one, or that with a number.</summary>
    public string FreeId(string wanted)
    {
        var id = wanted;
        for (var n = 2; Cells.Any(cell => cell.Id == id); n++)
        {
            id = $"{wanted}-{n}";
        }

        return id;
    }

    private static JsonObject Parse(string path)
    {
        if (!File.Exists(path))
        {
            throw new RequestException($"There is no notebook {path} in {Directory.GetCurrentDirectory()}.");
        }

        try
        {
            var options = new JsonDocumentOptions { MaxDepth = 512, AllowDuplicateProperties = false };
            return JsonNode.Parse(File.ReadAllText(path), documentOptions: options) as JsonObject
                ?? throw new RequestException($"{path} is JSON but no notebook: it is no object.");
        }
        catch (JsonException error)
        {
            throw new RequestException($"{path} is no JSON, so no notebook: see line {error.LineNumber + 1}, column {error.BytePositionInLine + 1}.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RequestException($"{path} can't be read: {error.Message}");
        }
    }

    private static void RefuseForeignKernel(string path, JsonObject metadata)
    {
        var name = Text(metadata, "kernelspec", "name");
        var language = Text(metadata, "kernelspec", "language") ?? Text(metadata, "language_info", "name");
        if (name != ".net-csharp" && language is not ("C#" or "csharp"))
        {
            throw new RequestException(name is null
                ? $"{path} names no kernel; report runs the C# kernel, \".net-csharp\" in metadata.kernelspec.name."
                : $"{path} asks for the kernel {name}; report runs the C# kernel, .net-csharp.");
        }
    }

    private NotebookCell ReadCell(string path, JsonNode? node)
    {
        var number = Cells.Count + 1;
        if (node is not JsonObject json || Lines.FromJson(json["source"]) is not { } source)
        {
            throw new RequestException($"{path} is no notebook: cell {number} has no \"source\".");
        }

        var metadata = json["metadata"] as JsonObject ?? [];
        var kind = Text(json, "cell_type") switch
        {
            "code" => CellKind.Code,
            "markdown" => CellKind.Markdown,
            "raw" => CellKind.Raw,
            var other => throw new RequestException($"{path} is no notebook: cell {number} is of the type {other ?? "null"}."),
        };

        var id = Text(json, "id");
        return new NotebookCell
        {
            Id = FreeId(id is not null && ValidId().IsMatch(id) ? id : $"cell-{number}"),
            Kind = kind,
            Source = source.ReplaceLineEndings("\n"),
            Metadata = (JsonObject)metadata.DeepClone(),
            Attachments = (json["attachments"] as JsonObject)?.DeepClone() as JsonObject,
        };
    }

    private static string? Text(JsonObject from, params ReadOnlySpan<string> path)
    {
        JsonNode? node = from;
        foreach (var name in path)
        {
            node = (node as JsonObject)?[name];
        }

        return node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}$")]
    private static partial Regex ValidId();
}
