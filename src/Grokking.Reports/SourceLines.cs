using System.Text.Json.Nodes;

namespace Grokking.Reports;

/// <summary>nbformat's multi-line strings: an array of lines, each but the last with its line feed.</summary>
internal static class SourceLines
{
    public static JsonArray ToJson(string text)
    {
        var lines = new JsonArray();
        for (var start = 0; start < text.Length;)
        {
            var feed = text.IndexOf('\n', start);
            var end = feed < 0 ? text.Length : feed + 1;
            lines.Add(text[start..end]);
            start = end;
        }

        return lines;
    }

    /// <summary>The text of a string or an array of strings; null where the node is neither.</summary>
    public static string? FromJson(JsonNode? node) => node switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonArray array when array.All(line => line is JsonValue value && value.TryGetValue<string>(out _)) =>
            string.Concat(array.Select(line => line!.GetValue<string>())),
        _ => null,
    };
}
