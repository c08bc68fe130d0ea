using Grokking.Notebooks.Tests.Kernel;
using Microsoft.Playwright;

namespace Grokking.Notebooks.Tests.Reports;

/// <summary>The reports of the three notebooks that go beyond the seed, with three epochs, and the page that leads to them; made once.</summary>
public sealed class EssayReports : IDisposable
{
    internal const string Epochs = "3";

    private readonly ReportProcess _report = new();
    private readonly Lazy<ReportProcess> _run;

    public EssayReports() => _run = new(() => _report.Run(
        "report",
        Path.Combine(Repository.Notebooks, "inside-the-network.ipynb"),
        Path.Combine(Repository.Notebooks, "what-makes-it-grok.ipynb"),
        Path.Combine(Repository.Notebooks, "the-papers-transformer.ipynb"),
        "--parameter", $"num_epochs={Epochs}"));

    internal ReportProcess Run => _run.Value;

    /// <summary>The full path of one of the pages.</summary>
    public string Page(string name) => Run.File($"reports/{name}.html");

    public void Dispose() => _report.Dispose();
}

/// <summary>The essays' pages in a browser without a network.</summary>
public sealed class EssayReportTests(Chromium chromium, EssayReports reports)
{
    private static readonly Dictionary<string, int> Charts = new() { ["inside-the-network"] = 13, ["what-makes-it-grok"] = 8, ["the-papers-transformer"] = 9, ["index"] = 3 };

    [Fact]
    public void All_run_to_their_end()
    {
        Assert.Equal((0, ""), (reports.Run.ExitCode, reports.Run.Error));
        Assert.Contains("reports/index.html", reports.Run.Output);
        Assert.All(Charts.Keys, name => Assert.InRange(new FileInfo(reports.Page(name)).Length, 0, 2_500_000));
    }

    [Theory]
    [InlineData("inside-the-network", 1440, false)]
    [InlineData("inside-the-network", 390, true)]
    [InlineData("what-makes-it-grok", 1440, true)]
    [InlineData("what-makes-it-grok", 390, false)]
    [InlineData("the-papers-transformer", 1440, false)]
    [InlineData("the-papers-transformer", 390, true)]
    [InlineData("index", 1440, false)]
    [InlineData("index", 390, true)]
    public async Task Every_chart_is_drawn_and_axe_finds_nothing_serious(string name, int width, bool dark)
    {
        var page = await chromium.OpenAsync(reports.Page(name), width, dark: dark);
        await Assertions.Expect(page.Locator(".js-plotly-plot .gtitle")).ToHaveCountAsync(Charts[name], new() { Timeout = 30_000 });
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        Assert.True(await page.EvaluateAsync<bool>("document.querySelector('main').clientWidth > 0.6 * innerWidth"));

        Assert.Empty(await AxeCore.SeriousAsync(page));
    }

    [Fact]
    public async Task The_index_leads_to_all()
    {
        var page = await chromium.OpenAsync(reports.Page("index"));
        await page.GetByRole(AriaRole.Link, new() { Name = "Inside the network" }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Inside the network");
        await page.GoBackAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "What makes it grok?" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("What makes it grok?");
        await page.GoBackAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "The papers' transformer" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("The papers' transformer");
    }
}
