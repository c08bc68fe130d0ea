using System.Text.Json.Nodes;

namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>A notebook of the repository, as its file has it.</summary>
internal sealed class NotebookFile
{
    private readonly JsonNode _notebook;

    public NotebookFile(string name) =>
        _notebook = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Notebooks, name)))!;

    public JsonNode Metadata => _notebook["metadata"]!;

    public JsonArray Cells => _notebook["cells"]!.AsArray();

    /// <summary>The ids of the code cells, in order.</summary>
    public IEnumerable<string> Code => Cells.Where(cell => (string)cell!["cell_type"]! == "code").Select(cell => (string)cell!["id"]!);

    /// <summary>A cell's text.</summary>
    public string this[string id] => Source(Cells.Single(cell => (string)cell!["id"]! == id)!);

    public static string Source(JsonNode cell) => string.Concat(cell["source"]!.AsArray().Select(line => (string)line!));
}
