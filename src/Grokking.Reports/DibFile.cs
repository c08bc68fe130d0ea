using System.Text.Json.Nodes;
using Grokking.Reports.Contents;

namespace Grokking.Reports;

/// <summary>
/// Polyglot Notebooks' own format, <c>.dib</c>: cells one after the other, each after a line <c>#!LANGUAGE</c>, and at the start
/// <c>#!meta</c> with JSON. It holds no outputs.
/// </summary>
internal static class DibFile
{
    private const string Markdown = "markdown";
    private const string Meta = "meta";

    /// <summary>The kernels of an editor that are there without a <c>#!connect</c>; other lines that begin with <c>#!</c> are magics of a cell.</summary>
    private static readonly string[] Known =
        ["html", "javascript", "mermaid", "http", "sql", "kql", "value", Markdown, Meta];

    /// <summary>Their other names.</summary>
    private static readonly Dictionary<string, string> Aliases = new()
    {
        ["js"] = "javascript",
        ["md"] = Markdown,
    };

    /// <summary>The same notebook in nbformat 4.</summary>
    /// <exception cref="RequestException">Its <c>#!meta</c> is no JSON.</exception>
    public static JsonObject ToJson(string path, string text)
    {
        var language = "csharp";
        var cells = new JsonArray();
        var named = new Dictionary<string, string>(Aliases.Concat(Known.Select(name => KeyValuePair.Create(name, name))));
        var (kernel, lines) = ("", new List<string>());
        foreach (var (number, line) in text.ReplaceLineEndings("\n").Split('\n').Append("#!csharp").Index())
        {
            if (!line.StartsWith("#!", StringComparison.Ordinal)
                || (CellLanguage.Kernel(line[2..].TrimEnd()) ?? named.GetValueOrDefault(line[2..].TrimEnd())) is not { } next)
            {
                lines.Add(line);
                continue;
            }

            var source = string.Join('\n', lines).Trim('\n');
            if (kernel == Meta)
            {
                // A message's line is the file's.
                var meta = string.IsNullOrWhiteSpace(source) ? [] : Notebook.Parse($"The #!meta of {path}", new string('\n', number - lines.Count) + string.Join('\n', lines));
                var info = meta["kernelInfo"] as JsonObject;
                language = Notebook.Text(info, "defaultKernelName") ?? language;
                foreach (var name in (info?["items"] as JsonArray ?? []).Select(item => Notebook.Text(item, "name")).OfType<string>())
                {
                    named.TryAdd(name, name);
                }
            }
            else if (source.Length > 0)
            {
                cells.Add(Cell(kernel.Length == 0 ? language : kernel, source, cells.Count));
            }

            (kernel, lines) = (next, []);
        }

        return new JsonObject
        {
            ["cells"] = cells,
            ["metadata"] = new JsonObject { ["kernelspec"] = new JsonObject { ["display_name"] = $".NET ({language})", ["language"] = language, ["name"] = $".net-{language}" } },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        };
    }

    private static JsonObject Cell(string kernel, string source, int number) => new()
    {
        ["cell_type"] = kernel == Markdown ? "markdown" : "code",
        ["id"] = $"cell-{number + 1}",
        ["metadata"] = kernel == Markdown ? new JsonObject() : new JsonObject { ["polyglot_notebook"] = new JsonObject { ["kernelName"] = kernel } },
        ["source"] = source,
    };
}
