using System.Text.Json.Nodes;

namespace Grokking.Reports.Contents;

/// <summary>Whether a part of a cell is seen.</summary>
public enum Visibility
{
    /// <summary>As ever.</summary>
    Shown,

    /// <summary>Behind a line that opens it.</summary>
    Folded,

    /// <summary>Not in the page.</summary>
    Removed,
}

/// <summary>What a cell's tags and metadata ask for, as Jupyter Book and nbconvert know them; nbconvert writes an underscore for the hyphen.</summary>
/// <param name="Input">The code.</param>
/// <param name="Output">What it showed.</param>
/// <param name="Cell">Both as one.</param>
/// <param name="Skipped">It is not run: <c>skip-execution</c>.</param>
/// <param name="MayFail">An exception of its does not end the run: <c>raises-exception</c>.</param>
public sealed record CellTags(Visibility Input, Visibility Output, Visibility Cell, bool Skipped, bool MayFail)
{
    /// <summary>Of a cell's metadata.</summary>
    public static CellTags Of(JsonObject metadata)
    {
        var tags = metadata["tags"] is JsonArray list
            ? list.OfType<JsonValue>().Select(tag => tag.TryGetValue<string>(out var text) ? text.Replace('_', '-') : "").ToHashSet()
            : [];
        Visibility See(string part, bool folded) =>
            tags.Contains($"remove-{part}") ? Visibility.Removed : folded || tags.Contains($"hide-{part}") ? Visibility.Folded : Visibility.Shown;
        return new CellTags(
            See("input", IsTrue(metadata["jupyter"], "source_hidden")),
            See("output", IsTrue(metadata["jupyter"], "outputs_hidden") || IsTrue(metadata, "collapsed")),
            See("cell", folded: false),
            tags.Contains("skip-execution"),
            tags.Contains("raises-exception"));
    }

    private static bool IsTrue(JsonNode? from, string name) => from is JsonObject metadata && metadata[name] is JsonValue value && value.TryGetValue<bool>(out var yes) && yes;
}
