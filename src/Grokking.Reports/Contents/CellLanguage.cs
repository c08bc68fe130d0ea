using System.Text.Json.Nodes;

namespace Grokking.Reports.Contents;

/// <summary>The language of a code cell: a magic on its first line, or else its metadata. Both are treated alike.</summary>
public static class CellLanguage
{
    /// <summary>The kernels that a report runs, by what notebooks and magics call them.</summary>
    private static readonly Dictionary<string, string> Kernels = new(StringComparer.OrdinalIgnoreCase)
    {
        [".net-csharp"] = "csharp",
        ["csharp"] = "csharp",
        ["c#"] = "csharp",
        [".net-fsharp"] = "fsharp",
        ["fsharp"] = "fsharp",
        ["f#"] = "fsharp",
        [".net-pwsh"] = "pwsh",
        ["pwsh"] = "pwsh",
        ["powershell"] = "pwsh",
    };

    /// <summary>The languages that need a browser, a connection or another program: <c>dotnet-interactive</c> alone can't run them.</summary>
    private static readonly Dictionary<string, string> ElsewhereOnly = new()
    {
        ["mermaid"] = "Mermaid",
        ["javascript"] = "JavaScript",
        ["js"] = "JavaScript",
        ["sql"] = "SQL",
        ["kql"] = "KQL",
        ["python"] = "Python",
        ["r"] = "R",
    };

    /// <summary>The kernel's name for it, or the notebook's own language where nothing says otherwise.</summary>
    public static string Of(JsonObject metadata, string source, string otherwise)
    {
        var first = source.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) ?? "";
        var magic = first.StartsWith("#!", StringComparison.Ordinal) ? first[2..].Split(' ')[0].ToLowerInvariant() : "";
        return Kernel(magic) ?? (magic is "html" or "markdown" || ElsewhereOnly.ContainsKey(magic) ? magic : null)
            ?? Text(metadata, "polyglot_notebook", "kernelName") ?? Text(metadata, "dotnet_interactive", "language") ?? otherwise;
    }

    /// <summary>The own name of a kernel that a report runs; null where it is none.</summary>
    public static string? Kernel(string name) => Kernels.GetValueOrDefault(name);

    /// <summary>The name of a language that is shown as code and not run; null for one that the kernel runs.</summary>
    public static string? OnlyShown(string language) => ElsewhereOnly.GetValueOrDefault(language.ToLowerInvariant());

    private static string? Text(JsonObject metadata, string part, string name) =>
        metadata[part] is JsonObject from && from[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
