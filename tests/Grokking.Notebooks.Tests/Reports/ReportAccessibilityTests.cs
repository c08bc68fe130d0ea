using System.Text.Json;
using Grokking.Notebooks.Tests.Kernel;
using Microsoft.Playwright;

namespace Grokking.Notebooks.Tests.Reports;

/// <summary>The page before axe-core's rules, in each of its shapes and colours.</summary>
public sealed class ReportAccessibilityTests(Chromium chromium, TortureReport torture, GrokkingMlpReport seed)
{
    private const string Folder = "GROKKING_AXE_CORE";

    [Theory]
    [InlineData(false, 1440, false)]
    [InlineData(false, 1440, true)]
    [InlineData(false, 800, false)]
    [InlineData(false, 390, true)]
    [InlineData(true, 1440, true)]
    [InlineData(true, 390, false)]
    public async Task Axe_finds_nothing_serious(bool charts, int width, bool dark)
    {
        var axe = Axe();
        Assert.SkipWhen(axe is null, $"There is no axe-core here: `npm install --prefix tests/Grokking.Notebooks.Tests --no-save axe-core` brings it, or {Folder} names its folder.");

        var page = await chromium.OpenAsync(charts ? seed.Page : torture.Page, width, dark: dark);
        if (charts)
        {
            await Assertions.Expect(page.Locator(".gtitle")).ToHaveCountAsync(4, new() { Timeout = 20_000 });
        }

        await page.EvaluateAsync(await File.ReadAllTextAsync(axe!, TestContext.Current.CancellationToken));
        var result = await page.EvaluateAsync<JsonElement>("axe.run()");

        Assert.True(result.GetProperty("passes").GetArrayLength() > 20, "axe-core looked at too little.");
        Assert.Empty(result.GetProperty("violations").EnumerateArray()
            .Where(violation => violation.GetProperty("impact").GetString() is "serious" or "critical")
            .Select(violation => $"{violation.GetProperty("id")}: {violation.GetProperty("help")}: {violation.GetProperty("nodes")[0].GetProperty("html")}"));
    }

    private static string? Axe()
    {
        var folder = Environment.GetEnvironmentVariable(Folder)
            ?? Path.Combine(Repository.Folder, "tests", "Grokking.Notebooks.Tests", "node_modules", "axe-core");
        var file = Path.Combine(folder, "axe.min.js");
        return File.Exists(file) ? file : null;
    }
}
