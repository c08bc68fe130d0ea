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
        "",
        "The presets of the other models, where they are not those of the MLP:",
        "",
        $"| option | {string.Join(" | ", Others.Select(preset => $"`{preset.Settings.Model}`, `{preset.Name}`"))} |",
        $"|---|{string.Concat(Others.Select(_ => "---|"))}",
        .. Setting.All
            .Where(setting => setting.Name != "model" && Others.Any(preset => setting.Of(preset.Settings) != setting.Of(RunSettings.Preset(preset.Name, "mlp"))))
            .Select(setting => $"| `{setting.Option}` | {string.Join(" | ", Others.Select(preset => setting.Of(preset.Settings)))} |"),
    ]);

    private static IReadOnlyList<(string Name, RunSettings Settings)> Others =>
        [.. RunSettings.Presets.Where(preset => preset.Settings.Model != "mlp").OrderBy(preset => preset.Settings.Model, StringComparer.Ordinal)];
}
