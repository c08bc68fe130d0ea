using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>What a code cell has left behind, without what differs from run to run and from host to host.</summary>
/// <param name="Failed">Whether it ended with an error.</param>
/// <param name="Text">What it printed, and then what it showed, as text; times and rates masked.</param>
/// <param name="Charts">The figures of its charts, data and layout, and the small curves of its bars.</param>
internal sealed partial record ExecutedCell(bool Failed, string Text, IReadOnlyList<string> Charts)
{
    /// <summary>The code cells of an executed notebook.</summary>
    public static IReadOnlyList<ExecutedCell> Of(string executedNotebook) =>
        [.. JsonNode.Parse(File.ReadAllText(executedNotebook))!["cells"]!.AsArray()
            .Where(cell => (string)cell!["cell_type"]! == "code")
            .Select(cell => Of(cell!["outputs"]!.AsArray()))];

    /// <summary>A cell that was run in a kernel.</summary>
    public static ExecutedCell Of(CellRun run) => Of(run.Error is not null, run.Output, run.Shown("text/plain"), run.Shown("text/html"));

    private static ExecutedCell Of(JsonArray outputs) => Of(
        outputs.Any(output => (string)output!["output_type"]! == "error"),
        string.Concat(outputs.Where(output => (string?)output!["name"] == "stdout").Select(output => Lines(output!["text"]!))),
        [.. outputs.Select(output => output!["data"]?["text/plain"]).OfType<JsonNode>().Select(Lines)],
        [.. outputs.Select(output => output!["data"]?["text/html"]).OfType<JsonNode>().Select(Lines)]);

    // dotnet-repl keeps every state of a progress bar; the last is the one that counts.
    private static ExecutedCell Of(bool failed, string printed, IEnumerable<string> texts, IEnumerable<string> htmls) => new(
        failed,
        Masked($"{printed}{string.Join('\n', texts.Where(text => !UnderWay().IsMatch(text)))}".ReplaceLineEndings("\n")),
        [.. htmls.Where(html => !BarUnderWay().IsMatch(html)).Select(html => Figure().Match(html)).Where(match => match.Success).Select(match => match.Value)]);

    private static string Lines(JsonNode text) =>
        text is JsonArray lines ? string.Concat(lines.Select(line => (string)line!)) : (string)text!;

    private static string Masked(string text) => Quantity().Replace(text, "#");

    [GeneratedRegex("^(Epoch |Running)")]
    private static partial Regex UnderWay();

    [GeneratedRegex("</progress><br>(Epoch |Running)")]
    private static partial Regex BarUnderWay();

    [GeneratedRegex(@"<script type=""application/json"">(\{.*?\})</script>|<svg.*</svg>")]
    private static partial Regex Figure();

    [GeneratedRegex(@"([\d.,]+ (epochs/s|minutes|min|s|h)\b ?)+")]
    private static partial Regex Quantity();
}
