using System.CommandLine;
using Grokking.Runs;

namespace Grokking.Cli;

/// <summary>The options that settings have, made of their table: one option a setting.</summary>
internal sealed class SettingOptions
{
    private readonly (Setting Setting, Option<string> Option)[] _options;

    /// <param name="settings">The settings.</param>
    /// <param name="values">Where an option takes several values, as in a grid, what to call them; null for one value.</param>
    public SettingOptions(IEnumerable<Setting> settings, string? values = null)
    {
        _options =
        [
            .. settings.Select(setting => (setting, new Option<string>(setting.Option)
            {
                Description = $"{setting.Description}: {setting.Legal}; {setting.Of(RunSettings.Original)} by default.",
                HelpName = values ?? (setting.IsNumber ? "N" : "NAME"),
            })),
        ];
    }

    /// <summary>The preset of a run that the others change.</summary>
    public Option<string> Preset { get; } = new("--preset")
    {
        Description = "Settings for all that is not given: original, those of the original, or fast, which groks within seconds; original by default.",
        HelpName = "NAME",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var (_, option) in _options)
        {
            command.Add(option);
        }
    }

    /// <summary>What was given, in the table's order.</summary>
    public IEnumerable<(Setting Setting, string Text)> Given(ParseResult result) =>
        from entry in _options
        let text = result.GetValue(entry.Option)
        where text is not null
        select (entry.Setting, text);

    /// <summary>The settings with what was given.</summary>
    /// <exception cref="RequestException">A value makes no sense.</exception>
    public RunSettings Applied(RunSettings settings, ParseResult result) =>
        Given(result).Aggregate(settings, (run, given) => RequestException.Or(() => given.Setting.With(run, given.Text)));

    /// <summary>The preset that was given, or null.</summary>
    /// <exception cref="RequestException">There is no such preset.</exception>
    public RunSettings? PresetOf(ParseResult result) =>
        result.GetValue(Preset) is { } name ? RequestException.Or(() => RunSettings.Preset(name)) : null;
}
