using Grokking.Runs;

namespace Grokking.Tests.Runs;

/// <summary><see cref="Setting.All"/> as the README has it.</summary>
internal static class SettingTable
{
    /// <summary>The table in Markdown, a line a setting.</summary>
    public static string Markdown() => string.Join('\n',
    [
        "| option | what it is | may be | `original` | `fast` |",
        "|---|---|---|---|---|",
        .. Setting.All.Select(setting =>
            $"| `{setting.Option}`{(setting.ResumeMayChange ? " †" : "")} | {setting.Description} | {setting.Legal.Replace("*", "\\*", StringComparison.Ordinal)} | "
            + $"{setting.Of(RunSettings.Original)} | {setting.Of(RunSettings.Fast)} |"),
    ]);
}
