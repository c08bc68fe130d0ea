using System.Text.Json;
using Grokking.Notebooks.Tests.Kernel;
using Microsoft.Playwright;

namespace Grokking.Notebooks.Tests.Reports;

/// <summary>axe-core's rules for what everybody can read and use (https://github.com/dequelabs/axe-core).</summary>
internal static class AxeCore
{
    private const string Folder = "GROKKING_AXE_CORE";

    /// <summary>What the page breaks of the rules that are serious or worse; the test is skipped where there is no axe-core.</summary>
    public static async Task<IReadOnlyList<string>> SeriousAsync(IPage page)
    {
        var folder = Environment.GetEnvironmentVariable(Folder)
            ?? Path.Combine(Repository.Folder, "tests", "Grokking.Notebooks.Tests", "node_modules", "axe-core");
        var file = Path.Combine(folder, "axe.min.js");
        Assert.SkipUnless(
            File.Exists(file),
            $"There is no axe-core here: `npm install --prefix tests/Grokking.Notebooks.Tests --no-save axe-core` brings it, or {Folder} names its folder.");

        await page.EvaluateAsync(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        var result = await page.EvaluateAsync<JsonElement>("axe.run()");
        Assert.True(result.GetProperty("passes").GetArrayLength() > 15, "axe-core looked at too little.");
        return [.. result.GetProperty("violations").EnumerateArray()
            .Where(violation => violation.GetProperty("impact").GetString() is "serious" or "critical")
            .Select(violation => $"{violation.GetProperty("id")}: {violation.GetProperty("help")}: {violation.GetProperty("nodes")[0].GetProperty("html")}")];
    }
}
