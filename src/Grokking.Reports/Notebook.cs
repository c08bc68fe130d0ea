using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Grokking.Reports.Contents;
using Grokking.Runtime;

namespace Grokking.Reports;

/// <summary>A notebook for .NET Interactive: nbformat 4 (<c>.ipynb</c>), or text and code alone (<c>.dib</c>, see <see cref="DibFile"/>).</summary>
internal sealed partial class Notebook
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 512,
    };

    private const string Dib = ".dib";

    private Notebook(string path, JsonObject metadata) => (Path, Metadata) = (path, metadata);

    /// <summary>Whether a file of this name can be a notebook.</summary>
    public static bool IsName(string path) => System.IO.Path.GetExtension(path).ToLowerInvariant() is ".ipynb" or Dib;

    /// <summary>The file it was read from, as a full path.</summary>
    public string Path { get; }

    /// <summary>The folder its relative paths start from.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(Path)!;

    public JsonObject Metadata { get; }

    public List<NotebookCell> Cells { get; } = [];

    /// <summary>The kernel of cells that name none, <c>csharp</c> above all; of a notebook for another kernel, the name that it gives.</summary>
    public string Language { get; private init; } = "csharp";

    /// <summary>Reads a notebook file, with the outputs that are saved in it.</summary>
    /// <param name="path">As the caller wrote it; messages repeat it.</param>
    /// <exception cref="RequestException">The file is missing or unreadable, no JSON or no nbformat 4.</exception>
    public static Notebook Read(string path)
    {
        var text = ReadText(path);
        var document = System.IO.Path.GetExtension(path).ToLowerInvariant() == Dib ? DibFile.ToJson(path, text) : Parse(path, text);
        if (document["nbformat"]?.GetValueKind() != JsonValueKind.Number)
        {
            throw new RequestException($"{path} is JSON but no notebook: it has no number \"nbformat\".");
        }

        var version = document["nbformat"]!.ToJsonString();
        if (double.Parse(version, CultureInfo.InvariantCulture) != 4)
        {
            throw new RequestException($"{path} is in nbformat {version}, and nbformat 4 is read here; `jupyter nbconvert --to notebook` converts it.");
        }

        if (document["cells"] is not JsonArray cells)
        {
            throw new RequestException($"{path} is no notebook: it has no list \"cells\".");
        }

        var metadata = document["metadata"] as JsonObject ?? [];
        var notebook = new Notebook(System.IO.Path.GetFullPath(path), metadata) { Language = KernelOf(metadata) ?? "" };
        foreach (var node in cells)
        {
            notebook.Cells.Add(notebook.ReadCell(path, node));
        }

        return notebook;
    }

    /// <summary>Leaves nothing of an earlier run, and makes sure that there can be another.</summary>
    /// <param name="path">As the caller wrote it.</param>
    /// <exception cref="RequestException">The notebook is for a kernel that is not .NET's.</exception>
    public void PrepareToRun(string path)
    {
        if (CellLanguage.Kernel(Language) != Language)
        {
            throw new RequestException(Language.Length == 0
                ? $"{path} names no kernel; report runs .NET Interactive's, such as \".net-csharp\" in metadata.kernelspec.name."
                : $"{path} asks for the kernel {Language}; report runs .NET Interactive's, such as .net-csharp.");
        }

        foreach (var cell in Cells)
        {
            cell.Forget();
        }
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

    private static string ReadText(string path)
    {
        if (!File.Exists(path))
        {
            throw new RequestException($"There is no notebook {path} in {Directory.GetCurrentDirectory()}.");
        }

        try
        {
            // To open a pipe would wait for its writer.
            if (new FileInfo(AtomicFile.Target(path)).Length == 0)
            {
                throw new RequestException($"{path} is no notebook: it is empty, or a pipe or a device.");
            }

            // Half an emoji, as a cut output has it, is no text for .NET.
            return HalfCharacter().Replace(File.ReadAllText(path), escape => escape.Groups["half"].Success ? @"\ufffd" : escape.Value);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RequestException($"{path} can't be read: {error.Message}");
        }
    }

    /// <summary>JSON's one object.</summary>
    /// <exception cref="RequestException">It is no JSON, or no object, or a key comes twice.</exception>
    public static JsonObject Parse(string path, string text)
    {
        try
        {
            var options = new JsonDocumentOptions { MaxDepth = 512, AllowDuplicateProperties = false };
            return JsonNode.Parse(text, documentOptions: options) as JsonObject
                ?? throw new RequestException($"{path} is JSON but no notebook: it is no object.");
        }
        catch (JsonException error)
        {
            throw new RequestException(error.LineNumber is null && SecondKey(text) is var (key, line, column)
                ? $"{path} is no notebook: the key \"{key}\" comes a second time in its object, at line {line}, column {column}."
                : $"{path} is no JSON, so no notebook: see line {error.LineNumber + 1}, column {error.BytePositionInLine + 1}.");
        }
    }

    private static (string Key, int Line, int Column)? SecondKey(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = 512 });
        var objects = new Stack<HashSet<string>>();
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                objects.Push([]);
            }
            else if (reader.TokenType == JsonTokenType.EndObject)
            {
                objects.Pop();
            }
            else if (reader.TokenType == JsonTokenType.PropertyName && !objects.Peek().Add(reader.GetString()!))
            {
                var before = bytes.AsSpan(0, (int)reader.TokenStartIndex);
                return (reader.GetString()!, before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'));
            }
        }

        return null;
    }

    /// <summary>The kernel that the notebook is for: ours by its own name, another as it is named there, null where none is.</summary>
    private static string? KernelOf(JsonObject metadata)
    {
        string?[] names =
        [
            Text(metadata, "polyglot_notebook", "kernelInfo", "defaultKernelName"),
            Text(metadata, "kernelspec", "name"),
            Text(metadata, "kernelspec", "language"),
            Text(metadata, "language_info", "name"),
        ];
        return names.Select(name => name is null ? null : CellLanguage.Kernel(name)).FirstOrDefault(name => name is not null)
            ?? names.FirstOrDefault(name => name is not null);
    }

    private NotebookCell ReadCell(string path, JsonNode? node)
    {
        var number = Cells.Count + 1;
        if (node is not JsonObject json || SourceLines.FromJson(json["source"]) is not { } source)
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
        var cell = new NotebookCell
        {
            NotebookLanguage = Language,
            Id = FreeId(id is not null && ValidId().IsMatch(id) ? id : $"cell-{number}"),
            Kind = kind,
            Source = source.ReplaceLineEndings("\n"),
            Metadata = (JsonObject)metadata.DeepClone(),
            Attachments = (json["attachments"] as JsonObject)?.DeepClone() as JsonObject,
        };
        cell.Recall(json);
        return cell;
    }

    /// <summary>The text at the end of a path of names; null where there is none.</summary>
    public static string? Text(JsonNode? from, params ReadOnlySpan<string> path)
    {
        var node = from;
        foreach (var name in path)
        {
            node = (node as JsonObject)?[name];
        }

        return node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
    }

    [GeneratedRegex(@"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", RegexOptions.Singleline)]
    private static partial Regex HalfCharacter();

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}$")]
    private static partial Regex ValidId();
}
