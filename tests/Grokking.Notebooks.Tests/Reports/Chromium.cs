using Microsoft.Playwright;

namespace Grokking.Notebooks.Tests.Reports;

/// <summary>The Chromium of this machine, without a window and, unless asked for, without a network.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Executable() is not { } executable)
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = executable,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>Opens a file; the test is skipped where there is no Chromium.</summary>
    internal async Task<IPage> OpenAsync(
        string file, int width = 1440, int height = 900, bool dark = false, bool scripts = true, bool stillness = false, bool online = false)
    {
        Assert.SkipWhen(_browser is null, "There is no Chromium here: Debian's package `chromium` brings it.");
        var context = await _browser!.NewContextAsync(new()
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

    private static string? Executable() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
}
