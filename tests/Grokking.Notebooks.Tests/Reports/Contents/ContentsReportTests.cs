using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Grokking.Notebooks.Tests.Reports.Contents;

/// <summary>The report of <c>contents.ipynb</c>, which has everything a notebook's text may hold.</summary>
public sealed class ContentsReport : IDisposable
{
    private readonly ReportProcess _report = new();

    public ContentsReport() => _report.Run("report", ReportProcess.Notebook("contents.ipynb"));

    public string Page => _report.File("reports/contents.html");

    public JsonNode Executed => JsonNode.Parse(File.ReadAllText(_report.File("reports/contents.ipynb")))!;

    public int ExitCode => _report.ExitCode;

    public string Output => _report.Output;

    public void Dispose() => _report.Dispose();
}

public sealed class ContentsReportTests(Chromium chromium, ContentsReport report) : IClassFixture<ContentsReport>
{
    [Fact]
    public void A_raised_exception_and_a_skipped_cell_do_not_end_the_run()
    {
        Assert.Equal(0, report.ExitCode);
        Assert.Contains("1 picture is on the network and was not fetched", report.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("never run", report.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_executed_notebook_keeps_attachments_and_what_the_page_leaves_out()
    {
        var original = JsonNode.Parse(File.ReadAllText(ReportProcess.Notebook("contents.ipynb")))!["cells"]!.AsArray();
        var executed = report.Executed["cells"]!.AsArray();

        Assert.Equal(original.Count, executed.Count);
        Assert.All(original.Zip(executed), pair =>
        {
            Assert.True(JsonNode.DeepEquals(pair.First!["attachments"], pair.Second!["attachments"]));
            Assert.True(JsonNode.DeepEquals(pair.First!["source"], pair.Second!["source"]));
        });
    }

    [Fact]
    public async Task Every_link_arrives()
    {
        var page = await chromium.OpenAsync(report.Page, stillness: true);
        var lost = await page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('a[href^=\"#\"]')].filter(a => !document.getElementById(decodeURIComponent(a.hash.slice(1)))).map(a => a.outerHTML)");
        var links = page.Locator("main ol").First.Locator("a");

        Assert.Empty(lost);
        Assert.Equal(11, await links.CountAsync());
        await links.Filter(new() { HasText = "Über uns again" }).ClickAsync();
        await Assertions.Expect(page.Locator("h3").Filter(new() { HasText = "Über uns" })).ToBeInViewportAsync();
    }

    [Fact]
    public async Task Every_picture_is_drawn()
    {
        var page = await chromium.OpenAsync(report.Page);

        var widths = await page.EvaluateAsync<int[]>("[...document.querySelectorAll('.prose img')].map(i => i.naturalWidth)");

        Assert.Equal([60, 60, 60, 40, 50, 40], widths);
    }

    [Fact]
    public async Task Formulas_have_height_and_stay_within_the_text()
    {
        var page = await chromium.OpenAsync(report.Page, width: 390);
        var heights = await page.EvaluateAsync<double[]>("[...document.querySelectorAll('section > .formula math, p > math, td math')].map(m => m.getBoundingClientRect().height)");

        Assert.InRange(heights.Length, 10, 30);
        Assert.All(heights, height => Assert.InRange(height, 8, 200));
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
    }

    [Theory]
    [InlineData("hidden code", 1, false)]
    [InlineData("removed code", 0, false)]
    [InlineData("hidden output", 1, true)]
    [InlineData("removed output", 1, true)]
    [InlineData("hidden cell", 1, false)]
    [InlineData("removed cell", 0, false)]
    [InlineData("never run", 1, true)]
    [InlineData("collapsed output", 1, true)]
    public async Task Code_is_seen_as_its_tags_say(string code, int count, bool visible)
    {
        var page = await chromium.OpenAsync(report.Page);
        var shown = page.Locator(".code > pre").Filter(new() { HasText = $"\"{code}\"" });

        Assert.Equal(count, await shown.CountAsync());
        Assert.Equal(visible, count == 1 && await shown.IsVisibleAsync());
    }

    [Theory]
    [InlineData("hidden code", true)]
    [InlineData("removed code", true)]
    [InlineData("hidden output", false)]
    [InlineData("removed output", false)]
    [InlineData("hidden cell", false)]
    [InlineData("removed cell", false)]
    [InlineData("collapsed output", false)]
    public async Task Output_is_seen_as_its_tags_say(string output, bool visible)
    {
        var page = await chromium.OpenAsync(report.Page);
        var shown = page.Locator("pre.output").Filter(new() { HasText = output });

        Assert.Equal(output.StartsWith("removed", StringComparison.Ordinal) && !visible ? 0 : 1, await shown.CountAsync());
        Assert.Equal(visible, await shown.CountAsync() == 1 && await shown.IsVisibleAsync());
    }

    [Fact]
    public async Task Raw_cells_and_other_languages_are_what_they_can_be()
    {
        var page = await chromium.OpenAsync(report.Page);

        await Assertions.Expect(page.Locator("pre", new() { HasText = "Raw text & <b>" })).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#raw-html")).ToHaveTextAsync("Raw HTML");
        await Assertions.Expect(page.GetByText("reStructuredText")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("p.left-out")).ToHaveTextAsync(
            ["This cell is Mermaid, which the report's kernel does not run: it is shown as code.", "This cell is JavaScript, which the report's kernel does not run: it is shown as code."]);
        await Assertions.Expect(page.Locator(".output i")).ToHaveTextAsync(["HTML by metadata", "HTML by magic"]);
        await Assertions.Expect(page.Locator(".output math")).ToHaveCountAsync(1);
    }

    [Theory]
    [InlineData(390, false)]
    [InlineData(1280, true)]
    public async Task Axe_finds_nothing_serious(int width, bool dark)
    {
        var page = await chromium.OpenAsync(report.Page, width, dark: dark);

        Assert.Empty(await AxeCore.SeriousAsync(page));
    }
}
