using Grokking.Runs;
using static System.FormattableString;

namespace Grokking.Cli.Training;

/// <summary>Which run <c>train</c> is asked for: a new one, or one that goes on.</summary>
/// <param name="preset">The name of <c>--preset</c>, or null.</param>
/// <param name="given">The settings that were given, in the table's order.</param>
/// <param name="run">The file of <c>--run</c>, or null.</param>
/// <param name="resume">The file of <c>--resume</c>, or null.</param>
/// <param name="keepEvery">The text of <c>--keep-every</c>, or null.</param>
internal sealed class RunRequest(
    string? preset, IReadOnlyList<(Setting Setting, string Text)> given, string? run, string? resume, string? keepEvery)
{
    /// <summary>Epochs from one keeping to the next where nobody says otherwise.</summary>
    public const int SeldomEnough = 500;

    /// <summary>The file that keeps the run, or null for none.</summary>
    public string? File => resume ?? run;

    /// <summary>The option that names it.</summary>
    public string FileOption => resume is null ? "--run" : "--resume";

    /// <summary>Epochs from one keeping to the next.</summary>
    public int KeepEvery { get; } = OptionValue.Number("--keep-every", keepEvery, SeldomEnough);

    /// <summary>The run, at its beginning or where it stopped.</summary>
    /// <exception cref="RequestException">The options make no sense, or not with each other, or not with the file.</exception>
    public TrainingRun Begin()
    {
        if (KeepEvery < 1)
        {
            throw new RequestException(Invariant($"--keep-every is {KeepEvery}; it has to be at least 1, such as {SeldomEnough}."));
        }

        if (keepEvery is not null && File is null)
        {
            throw new RequestException("--keep-every needs the file to keep the run in; name it with --run.");
        }

        return resume is null ? New() : GoOn(resume);
    }

    /// <summary>Refuses to begin a run in a file that is there: it may be another run.</summary>
    /// <exception cref="RequestException">It is there.</exception>
    public void RefuseExisting()
    {
        if (System.IO.File.Exists(run) && resume is null)
        {
            throw new RequestException($"--run {run} is there already; go on with it by --resume {run}, or name another file.");
        }
    }

    private TrainingRun New()
    {
        var model = given.Where(entry => entry.Setting.Name == "model").Select(entry => entry.Text).SingleOrDefault() ?? RunSettings.Original.Model;
        var settings = SettingOptions.Applied(Preset(preset ?? SettingOptions.Standard, model), given);
        RefuseExisting();
        return RequestException.Or(() => new TrainingRun(settings));
    }

    private TrainingRun GoOn(string file)
    {
        if (run is not null)
        {
            throw new RequestException("--run and --resume exclude each other: a run that goes on is kept in its own file.");
        }

        var state = RequestException.OrUnreadable(() => RunState.Load(file));
        var kept = state.Settings ?? throw new RequestException($"The run in {file} was kept by a notebook, which alone can go on with it.");
        var asked = SettingOptions.Applied(kept, given);
        if (preset is not null && Fixed(Preset(preset, kept.Model)).FirstOrDefault(entry => entry.Value != entry.Setting.Of(kept)).Setting is { } differs)
        {
            throw new RequestException($"The run in {file} has another preset: its {differs.Label} is {differs.Of(kept)}; leave --preset out.");
        }

        foreach (var setting in Setting.All.Where(setting => !setting.ResumeMayChange && setting.Of(asked) != setting.Of(kept)))
        {
            throw new RequestException($"The run in {file} was begun with {setting.Option} {setting.Of(kept)}, not {setting.Of(asked)}; leave that out.");
        }

        if (asked.Epochs < state.History.Count)
        {
            throw new RequestException(Invariant($"The run in {file} has {state.History.Count} epochs already; --epochs {asked.Epochs} can't take it back."));
        }

        return RequestException.Or(() => new TrainingRun(state with { Settings = asked }));

        // A preset says nothing of the operation, or of seeds.
        static IEnumerable<(Setting Setting, string Value)> Fixed(RunSettings preset) =>
            from setting in Setting.All
            let value = setting.Of(preset)
            where !setting.ResumeMayChange
            where RunSettings.Presets.Any(other => other.Settings.Model == preset.Model && setting.Of(other.Settings) != value)
            select (setting, value);
    }

    private static RunSettings Preset(string name, string model) => RequestException.Or(() => RunSettings.Preset(name, model));
}
