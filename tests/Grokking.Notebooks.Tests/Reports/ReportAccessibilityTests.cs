using Microsoft.Playwright;

namespace Grokking.Notebooks.Tests.Reports;

/// <summary>The page before axe-core's rules, in each of its shapes and colours.</summary>
public sealed class ReportAccessibilityTests(Chromium chromium, TortureReport torture, GrokkingMlpReport seed)
{
    [Theory]
    [InlineData(false, 1440, false)]
    [InlineData(false, 1440, true)]
    [InlineData(false, 800, false)]
    [InlineData(false, 390, true)]
    [InlineData(true, 1440, true)]
    [InlineData(true, 390, false)]
    public async Task Axe_finds_nothing_serious(bool charts, int width, bool dark)
    {
        var page = await chromium.OpenAsync(charts ? seed.Page : torture.Page, width, dark: dark);
        if (charts)
        {
            await Assertions.Expect(page.Locator(".gtitle")).ToHaveCountAsync(4, new() { Timeout = 20_000 });
        }

        Assert.Empty(await AxeCore.SeriousAsync(page));
    }
}
