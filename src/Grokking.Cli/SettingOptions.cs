using System.CommandLine;
using Grokking.Models;
using Grokking.Runs;

namespace Grokking.Cli;

/// <summary>The options that settings have, made of their table: one option a setting.</summary>
internal sealed class SettingOptions
{
    /// <summary>The preset where none is given.</summary>
    public const string Standard = "original";

    private readonly (Setting Setting, Option<string> Option)[] _options;

    /// <param name="settings">The settings.</param>
    /// <param name="values">Where an option takes several values, as in a grid, what to call them; null for one value.</param>
    public SettingOptions(IEnumerable<Setting> settings, string? values = null)
    {
        _options =
        [
            .. settings.Select(setting => (setting, new Option<string>(setting.Option)
            {
                Description = $"{setting.Description}: {setting.Legal}; {Default(setting)}.",
                HelpName = values ?? (setting.IsNumber ? "N" : "NAME"),
            })),
        ];
    }

    /// <summary>The preset of a run that the others change.</summary>
    public Option<string> Preset { get; } = new("--preset")
    {
        Description = "Settings of the model for all that is not given: original, those of the original or of the model's paper, or fast, which groks in far fewer steps; original by default.",
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
    public static RunSettings Applied(RunSettings settings, IEnumerable<(Setting Setting, string Text)> given)
    {
        var applied = RequestException.Or(() => given.Aggregate(settings, (run, entry) => entry.Setting.With(run, entry.Text)));
        RequireEffect(given, [applied]);
        return applied;
    }

    /// <summary>Makes sure that everything that was given makes a difference to one of the runs.</summary>
    /// <exception cref="RequestException">Something does not.</exception>
    public static void RequireEffect(IEnumerable<(Setting Setting, string Text)> given, IReadOnlyList<RunSettings> runs)
    {
        foreach (var (setting, _) in given)
        {
            if (setting.OnlyWith is var (other, with) && !runs.Any(with))
            {
                throw new RequestException($"{setting.Option} has no effect here: it goes with {other}.");
            }
        }
    }

    // A preset is a model's: what differs from the MLP's is said behind it.
    private static string Default(Setting setting)
    {
        var first = setting.Of(RunSettings.Original);
        var others =
            from network in Network.All
            let value = setting.Of(RunSettings.Preset(Standard, network.Name))
            where setting.Name != "model" && value != first
            select $", {value} with {network.Name}";
        return $"{first} by default{string.Concat(others)}";
    }
}
