using System.Text.Json.Nodes;

namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>A notebook, as its file has it.</summary>
/// <param name="file">Its name among the repository's notebooks, or the path of another.</param>
internal sealed class NotebookFile(string file)
{
    private readonly JsonNode _notebook = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Notebooks, file)))!;

    public JsonNode Document => _notebook;

    public JsonArray Cells => _notebook["cells"]!.AsArray();

    /// <summary>The ids of the code cells, in order.</summary>
    public IEnumerable<string> Code => Cells.Where(cell => (string)cell!["cell_type"]! == "code").Select(cell => (string)cell!["id"]!);

    /// <summary>A cell's text.</summary>
    public string this[string id] => Source(Cells.Single(cell => (string)cell!["id"]! == id)!);

    /// <summary>The notebook with a cell right after its parameters that sets one of them.</summary>
    public string WithParameter(string name, string value)
    {
        var changed = _notebook.DeepClone();
        var cells = changed["cells"]!.AsArray();
        var defaults = cells.Single(cell => cell!["metadata"]?["tags"]?.AsArray().Any(tag => (string)tag! == "parameters") == true);
        cells.Insert(cells.IndexOf(defaults) + 1, new JsonObject
        {
            ["cell_type"] = "code",
            ["execution_count"] = null,
            ["id"] = "given-parameters",
            ["metadata"] = new JsonObject(),
            ["outputs"] = new JsonArray(),
            ["source"] = new JsonArray($"{name} = {value};"),
        });
        return changed.ToJsonString();
    }

    private static string Source(JsonNode cell) => string.Concat(cell["source"]!.AsArray().Select(line => (string)line!));
}
