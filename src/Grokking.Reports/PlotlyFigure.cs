using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Grokking.Reports;

/// <summary>A plotly.js figure: <c>data</c>, <c>layout</c>, <c>config</c>, <c>frames</c>, and whatever else its maker put beside them.</summary>
/// <param name="Json">Safe within a script element.</param>
/// <param name="Title">The layout's title, as text.</param>
/// <param name="Height">The layout's height in pixels, where it sets one.</param>
/// <param name="Place">Where in the output's HTML it stands; nowhere where it is not out of HTML.</param>
internal sealed partial record PlotlyFigure(string Json, string Title, double? Height, Range Place)
{
    private const string Mime = "application/vnd.plotly.v1+json";

    private static readonly JsonSerializerOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 512 };
    private static readonly JsonDocumentOptions Depth = new() { MaxDepth = 512, AllowDuplicateProperties = false };

    /// <summary>The figures that an output is: ours of this version or the one before, Plotly.NET.Interactive's, Plotly.py's, or plotly's own JSON; none where there is none.</summary>
    /// <param name="forms">MIME type to content.</param>
    public static IReadOnlyList<PlotlyFigure> Find(IReadOnlyDictionary<string, string> forms)
    {
        if (forms.TryGetValue(Mime, out var json) && Of(json, null, null, null, ..0) is { } own)
        {
            return [own];
        }

        if (!forms.TryGetValue("text/html", out var html))
        {
            return [];
        }

        IEnumerable<PlotlyFigure?> figures = [];
        if (html.Contains("grokking-chart", StringComparison.Ordinal))
        {
            figures = Ours().IsMatch(html)
                ? Ours().Matches(html).Select(ours => Of(ours.Groups["figure"].Value, null, null, null, ours.Index..(ours.Index + ours.Length)))
                : OursBefore().Matches(html).Select(before => Of(before.Groups["figure"].Value, null, null, before.Groups["config"].Value, Script(html, before)));
        }
        else if (html.Contains("Plotly.newPlot(", StringComparison.Ordinal))
        {
            figures = PlotlyNet().IsMatch(html)
                ? PlotlyNet().Matches(html).Select(net => Of(null, net.Groups["data"].Value, net.Groups["layout"].Value, net.Groups["config"].Value, Script(html, net)))
                : PlotlyPy().Matches(html).Select(call => OfArguments(html[(call.Index + call.Length)..], Script(html, call)));
        }

        var found = figures.ToList();
        return found.Contains(null) ? [] : [.. found.OfType<PlotlyFigure>()];
    }

    /// <summary>The script that a match stands in.</summary>
    private static Range Script(string html, Match match)
    {
        var end = html.IndexOf("</script>", match.Index + match.Length, StringComparison.OrdinalIgnoreCase);
        return Math.Max(html.LastIndexOf("<script", match.Index, StringComparison.OrdinalIgnoreCase), 0)..(end < 0 ? html.Length : end + "</script>".Length);
    }

    /// <summary>A call's arguments after the place: data, layout and config, each as JSON.</summary>
    private static PlotlyFigure? OfArguments(string arguments, Range place)
    {
        var rest = Encoding.UTF8.GetBytes(arguments).AsSpan();
        var parts = new List<string>();
        try
        {
            while (parts.Count < 3)
            {
                var reader = new Utf8JsonReader(rest, isFinalBlock: false, default);
                parts.Add(JsonNode.Parse(ref reader)?.ToJsonString() ?? "{}");
                rest = rest[(int)reader.BytesConsumed..].TrimStart(" \r\n\t"u8);
                if (rest is not [(byte)',', .. var next])
                {
                    break;
                }

                rest = next.TrimStart(" \r\n\t"u8);
            }
        }
        catch (JsonException)
        {
            return null;
        }

        return Of(null, parts[0], parts.ElementAtOrDefault(1) ?? "{}", parts.ElementAtOrDefault(2), place);
    }

    private static PlotlyFigure? Of(string? figure, string? data, string? layout, string? config, Range place)
    {
        try
        {
            var json = figure is null ? new JsonObject { ["data"] = Parse(data!), ["layout"] = Parse(layout!) } : Parse(figure) as JsonObject;
            if (json?["data"] is not JsonArray)
            {
                return null;
            }

            if (config is not null)
            {
                json["config"] = Parse(config);
            }

            var look = json["layout"] as JsonObject;
            // A page has its own width.
            look?.Remove("width");
            var title = (look?["title"] as JsonObject)?["text"] ?? look?["title"];
            return new PlotlyFigure(
                // No label can end the script.
                json.ToJsonString(Format).Replace("<", "\\u003c", StringComparison.Ordinal),
                title is JsonValue text && text.TryGetValue<string>(out var words) ? Tag().Replace(words, " ").Trim() : "untitled",
                look?["height"] is JsonValue height && height.TryGetValue<double>(out var pixels) ? pixels : null,
                place);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>As browsers do it: of a key that comes twice the last counts.</summary>
    private static JsonNode? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: Depth);
        }
        catch (JsonException)
        {
            using var document = JsonDocument.Parse(json, Depth with { AllowDuplicateProperties = true });
            return LastKeys(document.RootElement);
        }
    }

    private static JsonNode? LastKeys(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var node = new JsonObject();
                foreach (var property in element.EnumerateObject())
                {
                    node[property.Name] = LastKeys(property.Value);
                }

                return node;
            case JsonValueKind.Array:
                return new JsonArray([.. element.EnumerateArray().Select(LastKeys)]);
            default:
                return JsonNode.Parse(element.GetRawText());
        }
    }

    [GeneratedRegex("""(?<place><div class="grokking-chart"[^>]*>\s*)?<script type="application/json">(?<figure>.*?)</script>(?(place)\s*</div>)""", RegexOptions.Singleline)]
    private static partial Regex Ours();

    [GeneratedRegex(@"const figure = (?<figure>\{.*\});\r?\n.*Plotly\.newPlot\(place, figure\.data, (?:layout|figure\.layout), (?<config>\{.*?\})\);\r?\n", RegexOptions.Singleline)]
    private static partial Regex OursBefore();

    [GeneratedRegex(@"var data = (?<data>\[.*?\]);\s*var layout = (?<layout>\{.*?\});\s*var config = (?<config>\{.*?\});\s*Plotly\.newPlot\(", RegexOptions.Singleline)]
    private static partial Regex PlotlyNet();

    [GeneratedRegex("""Plotly\.newPlot\(\s*["'][^"']*["'],\s*""")]
    private static partial Regex PlotlyPy();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();
}
