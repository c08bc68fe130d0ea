using System.Text.Json.Nodes;
using Grokking.Reports.Contents;

namespace Grokking.Notebooks.Tests.Reports.Contents;

/// <summary>What tags and metadata say of a cell.</summary>
public sealed class CellTagsTests
{
    private static readonly CellTags None = new(Visibility.Shown, Visibility.Shown, Visibility.Shown, Skipped: false, MayFail: false);

    public static TheoryData<string, CellTags> Metadata => new()
    {
        { """{}""", None },
        { """{"tags": ["parameters"]}""", None },
        { """{"tags": ["hide-input"]}""", None with { Input = Visibility.Folded } },
        { """{"tags": ["remove-input"]}""", None with { Input = Visibility.Removed } },
        { """{"tags": ["remove_input", "hide-input"]}""", None with { Input = Visibility.Removed } },
        { """{"tags": ["hide-output"]}""", None with { Output = Visibility.Folded } },
        { """{"tags": ["remove-output"]}""", None with { Output = Visibility.Removed } },
        { """{"tags": ["hide-cell"]}""", None with { Cell = Visibility.Folded } },
        { """{"tags": ["remove-cell"]}""", None with { Cell = Visibility.Removed } },
        { """{"tags": ["skip-execution"]}""", None with { Skipped = true } },
        { """{"tags": ["raises-exception", 5]}""", None with { MayFail = true } },
        { """{"jupyter": {"source_hidden": true}}""", None with { Input = Visibility.Folded } },
        { """{"jupyter": {"outputs_hidden": true}}""", None with { Output = Visibility.Folded } },
        { """{"collapsed": true}""", None with { Output = Visibility.Folded } },
        { """{"collapsed": false, "jupyter": {"source_hidden": "no"}, "tags": "hide-input"}""", None },
    };

    [Theory]
    [MemberData(nameof(Metadata))]
    public void A_cell_is_seen_and_run_as_its_tags_say(string metadata, CellTags tags) => Assert.Equal(tags, CellTags.Of((JsonObject)JsonNode.Parse(metadata)!));

    [Theory]
    [InlineData("{}", "1 + 1", "csharp")]
    [InlineData("{}", "#!time\n1", "csharp")]
    [InlineData("{}", "\n#!html\n<b>", "html")]
    [InlineData("{}", "#!SQL --name x\nselect", "sql")]
    [InlineData("""{"polyglot_notebook": {"kernelName": "fsharp"}}""", "1", "fsharp")]
    [InlineData("""{"dotnet_interactive": {"language": "mermaid"}}""", "graph", "mermaid")]
    [InlineData("""{"polyglot_notebook": {"kernelName": "csharp"}}""", "#!mermaid\ngraph", "mermaid")]
    public void A_magic_and_metadata_name_a_language_alike(string metadata, string source, string language) =>
        Assert.Equal(language, CellLanguage.Of((JsonObject)JsonNode.Parse(metadata)!, source, "csharp"));

    [Theory]
    [InlineData("csharp", null)]
    [InlineData("fsharp", null)]
    [InlineData("html", null)]
    [InlineData("mermaid", "Mermaid")]
    [InlineData("javascript", "JavaScript")]
    [InlineData("sql", "SQL")]
    public void What_needs_more_than_the_kernel_is_only_shown(string language, string? name) => Assert.Equal(name, CellLanguage.OnlyShown(language));
}
