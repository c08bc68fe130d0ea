using System.Text.RegularExpressions;

namespace Grokking.Tests.Seams;

/// <summary>What <c>docs/extending.md</c> shows is code that runs.</summary>
public sealed partial class ExtendingPageTests
{
    [Fact]
    public void Every_snippet_stands_in_the_file_that_it_names()
    {
        var page = File.ReadAllText(Repository.File("docs/extending.md")).ReplaceLineEndings("\n");
        var snippets = Snippet().Matches(page);
        Assert.Equal(page.Split("```csharp").Length - 1, snippets.Count);
        Assert.NotEmpty(snippets);
        Assert.All(snippets, snippet =>
            Assert.Contains(snippet.Groups["code"].Value, File.ReadAllText(Repository.File(snippet.Groups["file"].Value)).ReplaceLineEndings("\n")));
    }

    [Fact]
    public void Every_file_that_is_named_is_there_and_every_list_has_its_place()
    {
        var page = File.ReadAllText(Repository.File("docs/extending.md"));
        Assert.All(SourceFile().Matches(page), file => Assert.True(File.Exists(Repository.File(file.Value)), file.Value));
        Assert.All(ListIn().Matches(page), list => Assert.Contains(
            $"> {list.Groups["list"].Value} {{ get; }} =", File.ReadAllText(Repository.File(list.Groups["file"].Value))));
        Assert.Equal(5, ListIn().Count(page));
    }

    [GeneratedRegex("<!-- (?<file>\\S+) -->\n```csharp\n(?<code>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [GeneratedRegex("(src|tests)/\\S+\\.cs")]
    private static partial Regex SourceFile();

    [GeneratedRegex("`\\w+\\.(?<list>\\w+)` in `(?<file>\\S+)`")]
    private static partial Regex ListIn();
}
