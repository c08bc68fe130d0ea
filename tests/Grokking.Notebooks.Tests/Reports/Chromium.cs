using Grokking.Notebooks.Tests.Reports;
using Microsoft.Playwright;

// Made when a test first asks, and shared by all.
[assembly: AssemblyFixture(typeof(Chromium))]
[assembly: AssemblyFixture(typeof(TortureReport))]
[assembly: AssemblyFixture(typeof(GrokkingMlpReport))]
[assembly: AssemblyFixture(typeof(EssayReports))]

namespace Grokking.Notebooks.Tests.Reports;

/// <summary>The Chromium of this machine, without a window and, unless asked for, without a network.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private readonly Lazy<Task<(IPlaywright Driver, IBrowser Browser)>> _started = new(StartAsync);

    public async ValueTask DisposeAsync()
    {
        if (_started.IsValueCreated)
        {
            var (driver, browser) = await _started.Value;
            await browser.DisposeAsync();
            driver.Dispose();
        }
    }

    /// <summary>Opens a file; the test is skipped where there is no Chromium.</summary>
    internal async Task<IPage> OpenAsync(
        string file, int width = 1440, int height = 900, bool dark = false, bool scripts = true, bool stillness = false, bool online = false)
    {
        Assert.SkipWhen(Executable() is null, "There is no Chromium here: Debian's package `chromium` brings it.");
        var context = await (await _started.Value).Browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = stillness ? ReducedMotion.Reduce : ReducedMotion.NoPreference,
            JavaScriptEnabled = scripts,
        });
        await context.SetOfflineAsync(!online);
        var page = await context.NewPageAsync();
        page.PageError += (_, error) => Assert.Fail($"The page threw: {error}");
        await page.GotoAsync(new Uri(file).AbsoluteUri);
        return page;
    }

    /// <summary>Waits until the page says so. Playwright's own way needs <c>eval</c>, which the page's policy forbids.</summary>
    internal static Task WaitAsync(IPage page, string condition) =>
        page.EvaluateAsync($"new Promise(done => {{ const look = () => {condition} ? done() : requestAnimationFrame(look); look(); }})")
            .WaitAsync(TimeSpan.FromSeconds(10));

    private static async Task<(IPlaywright Driver, IBrowser Browser)> StartAsync()
    {
        var driver = await Playwright.CreateAsync();
        return (driver, await driver.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Executable(),
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        }));
    }

    private static string? Executable() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
}
