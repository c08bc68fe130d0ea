using System.Text.Json.Nodes;
using Grokking.Reports.Contents;

namespace Grokking.Notebooks.Tests.Reports.Contents;

/// <summary>Markdown cells as the page shows them.</summary>
public sealed class NotebookTextTests : IDisposable
{
    private const string Pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private readonly string _folder = Directory.CreateTempSubdirectory("grokking-text-").FullName;
    private readonly Pictures _pictures;
    private readonly NotebookText _text;

    public NotebookTextTests()
    {
        _pictures = new Pictures(_folder);
        _text = new NotebookText([], _pictures);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>GitHub's and Jupyter's own documentation of their anchors, and VS Code's slugify, for headings that tell them apart.</summary>
    [Theory]
    [InlineData("Grokking", "grokking")]
    [InlineData("Train/val split", "trainval-split", "Train/val-split")]
    [InlineData("A & B", "a--b", "A-&-B", "A-%26-B")]
    [InlineData("my_var", "my_var")]
    [InlineData("1. The Data", "1-the-data", "1.-The-Data")]
    [InlineData("Über uns", "über-uns", "Über-uns", "%C3%9Cber-uns")]
    [InlineData("What is C#?", "what-is-c", "What-is-C#?")]
    [InlineData("The `code` of **x**", "the-code-of-x", "The-code-of-x")]
    public void A_link_reaches_a_heading_in_every_spelling(string heading, params string[] spellings)
    {
        var html = _text.FromMarkdown(string.Concat(spellings.Select(spelling => $"<a href=\"#{spelling}\">to</a>\n")) + $"\n# {heading}", "c1");
        var id = _text.Headings.Single().Id;

        Assert.Equal(spellings.Length, System.Net.WebUtility.HtmlDecode(Uri.UnescapeDataString(_text.WithLinks(html))).Split($"href=\"#{id}\"").Length - 1);
    }

    [Fact]
    public void The_title_and_the_second_of_a_name_are_reached_too()
    {
        var html = _text.FromMarkdown("# The Title\n\n[top](#The-Title) [second](#part-1) [anchor](#mine) [nowhere](#nowhere)", "c1", first: true)
            + _text.FromMarkdown("## Part\n## Part\n<a id=\"mine\"></a>", "c2");
        html = _text.WithLinks($"<h1 id=\"{_text.Title!.Id}\">{_text.Title.Text}</h1>{html}");

        Assert.Contains("<h1 id=\"the-title\">The Title</h1>", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"#the-title\">top</a>", html, StringComparison.Ordinal);
        Assert.Contains($"<a href=\"#{_text.Headings[1].Id}\">second</a>", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"#mine\">anchor</a>", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"#nowhere\">nowhere</a>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("![p](attachment:shot.png)")]
    [InlineData("<img src='attachment:shot.png' width=40>")]
    [InlineData("![p](attachment:bild%20%C3%BC.png)")]
    [InlineData("![p](picture.png)")]
    [InlineData("![p](./img/a%20picture.png?raw=true)")]
    [InlineData("text <img\n src=\"picture.png\"> text")]
    [InlineData("<picture><source srcset=\"https://example.org/x.png\"><img src=\"picture.png\" srcset=\"https://example.org/x.png 2x\"></picture>")]
    [InlineData("![p](data:image/png;base64," + Pixel + ")")]
    public void A_picture_that_is_there_is_in_the_page(string markdown)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "img"));
        File.WriteAllBytes(Path.Combine(_folder, "picture.png"), Convert.FromBase64String(Pixel));
        File.WriteAllBytes(Path.Combine(_folder, "img", "a picture.png"), Convert.FromBase64String(Pixel));
        JsonObject Attached() => new() { ["image/png"] = Pixel };

        var html = _text.FromMarkdown(markdown, "c1", new JsonObject { ["shot.png"] = Attached(), ["bild ü.png"] = Attached() });

        Assert.Contains($"src=\"data:image/png;base64,{Pixel}\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("example.org", html, StringComparison.Ordinal);
        Assert.Equal(0, _pictures.NotFetched);
    }

    [Theory]
    [InlineData("![far](https://example.org/x.png)", "Picture \"far\" not fetched: <code>https://example.org/x.png</code>", 1)]
    [InlineData("<img src=\"//example.org/x.png?a&b\">", "Picture not fetched: <code>//example.org/x.png?a&amp;b</code>", 1)]
    [InlineData("[![badge](https://example.org/x.svg)](https://example.org)", "Picture \"badge\" not fetched: <code>https://example.org/x.svg</code>", 1)]
    [InlineData("![gone](gone.png)", "Picture \"gone\" not found beside the notebook: <code>gone.png</code>", 0)]
    [InlineData("![gone](attachment:gone.png)", "Picture \"gone\" is not among the cell's attachments: <code>attachment:gone.png</code>", 0)]
    [InlineData("![secret](notes.txt)", "Picture \"secret\" not found beside the notebook: <code>notes.txt</code>", 0)]
    public void A_line_takes_the_place_of_a_picture_that_is_not(string markdown, string line, int notFetched)
    {
        File.WriteAllText(Path.Combine(_folder, "notes.txt"), "no picture");
        var html = _text.FromMarkdown(markdown, "c1");

        Assert.Contains(line, html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.Equal(notFetched, _pictures.NotFetched);
    }

    [Fact]
    public void Notes_of_two_cells_lead_to_their_own()
    {
        var html = _text.FromMarkdown("a[^1]\n\n[^1]: one", "c1") + _text.FromMarkdown("b[^1]\n\n[^1]: two", "c2");

        foreach (var id in new[] { "c1-fn:1", "c1-fnref:1", "c2-fn:1", "c2-fnref:1" })
        {
            Assert.Equal(1, html.Split($" id=\"{id}\"").Length - 1);
            Assert.Equal(1, html.Split($"href=\"#{id}\"").Length - 1);
        }
    }
}
