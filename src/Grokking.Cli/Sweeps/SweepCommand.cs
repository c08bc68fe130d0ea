using System.CommandLine;
using Grokking.Runs;
using Grokking.Runtime;
using Grokking.Sweeps;
using Grokking.Training;

namespace Grokking.Cli.Sweeps;

/// <summary><c>sweep</c>: runs over a grid, or a shard of them, and draws what all of them found.</summary>
internal sealed class SweepCommand
{
    private readonly SettingOptions _settings = new(Setting.All.Where(setting => setting.MattersToResults), "VALUE,…");
    private readonly Option<string> _output = Text(
        "--output", "FILE", "The .jsonl file that gets one line per run; a sweep that was stopped goes on with it; or, with --collect, the .html or .csv file to write.");

    private readonly Option<string> _collect = Text("--collect", "FOLDER", "Runs nothing, but draws what all .jsonl files of this folder have.");
    private readonly Option<string> _shard = Text(
        "--shard", "I/N", "Only every N-th run from the I-th on (0 to N - 1), into a file of its own: sweep.jsonl becomes sweep.0-of-4.jsonl.");

    private readonly Option<string> _parallel = Text("--parallel", "N", "Runs at a time, a core each and the last ones several; as many as physical cores by default.");
    private readonly Option<string> _stopAfter = Text(
        "--stop-after", "N", "A run ends once so many epochs in a row had 100% validation accuracy; 100 by default.");

    private readonly Option<string> _wait = Text(
        "--wait", "TIME", "How long to wait where another process writes the file, such as 10m; not at all by default.");

    public static Command Create()
    {
        var sweep = new SweepCommand();
        var command = new Command(
            "sweep", "Trains over a grid of settings, and draws how soon each groks. A setting takes one value or several, with commas between.");
        foreach (var option in new[] { sweep._output, sweep._collect, sweep._shard, sweep._parallel, sweep._stopAfter, sweep._wait })
        {
            command.Add(option);
        }

        command.Add(sweep._settings.Preset);
        sweep._settings.AddTo(command);
        command.SetAction(sweep.Execute);
        return command;
    }

    private static Option<string> Text(string name, string value, string description) => new(name) { Description = description, HelpName = value };

    private int Execute(ParseResult request)
    {
        if (request.GetValue(_collect) is { } folder)
        {
            var others = new[] { _shard, _parallel, _stopAfter, _wait, _settings.Preset }.Any(option => request.GetValue(option) is not null);
            return !others && !_settings.Given(request).Any()
                ? new SweepSummary(folder, request.GetValue(_output)).Write()
                : throw new RequestException("--collect draws what is there, and goes with no other option but --output.");
        }

        var grid = Grid(request);
        var (runs, file) = Part(request, grid);
        LibTorch.Fetch();
        var sweep = RequestException.Or(() =>
        {
            var standard = new Sweep([]);
            return new Sweep(runs, file)
            {
                Warn = Console.Error.WriteLine,
                StopAfter = OptionValue.Number("--stop-after", request.GetValue(_stopAfter), standard.StopAfter),
                AtOnce = OptionValue.Number("--parallel", request.GetValue(_parallel), standard.AtOnce),
            };
        });
        RequestException.OrUnwritable(file, () => AtomicFile.RequireWritable(file));
        using var owned = OwnedFile.Take(file, OptionValue.Time("--wait", request.GetValue(_wait)));
        return Run(sweep, new SweepView(grid.Runs), runs.Count, file);
    }

    private static int Run(Sweep sweep, SweepView view, int count, string file)
    {
        using var interruption = new Interruption(() => view.Say("Stopping; Ctrl+C again ends at once."));
        IReadOnlyList<RunResult> runs = [];
        try
        {
            view.Watch(progress => runs = sweep.Run(progress, interruption.Token));
        }
        catch (InvalidDataException foreign)
        {
            throw new RequestException(foreign.Message);
        }

        var censored = runs.Count(run => run.EpochsToGrok is null);
        Console.WriteLine(FormattableString.Invariant(
            $"{runs.Count} of {count} {(count == 1 ? "run is" : "runs are")} in {file}: {runs.Count - censored} reached {TrainingHistory.KnownAccuracy}% and {censored} did not{SweepSummary.Diverged(runs)}."));
        if (runs.Count < count)
        {
            Console.Error.WriteLine("The sweep was stopped; the same command goes on with it.");
            return interruption.ExitCode;
        }

        return ExitCode.Done;
    }

    private SweepGrid Grid(ParseResult request) => RequestException.Or(() =>
    {
        const string model = "model";
        var preset = request.GetValue(_settings.Preset) ?? SettingOptions.Standard;
        var axes = _settings.Given(request).ToDictionary(axis => axis.Setting.Name, axis => axis.Text.Split(','));
        var models = new SweepGrid(RunSettings.Original).Over(model, axes.GetValueOrDefault(model, [RunSettings.Original.Model])).Runs;
        var whole = axes.Where(axis => axis.Key != model).Aggregate(
            new SweepGrid([.. models.Select(run => RunSettings.Preset(preset, run.Model))]),
            (grid, axis) => grid.Over(axis.Key, axis.Value));
        SettingOptions.RequireEffect(_settings.Given(request), whole.Runs);
        return whole;
    });

    private (IReadOnlyList<RunSettings> Runs, string File) Part(ParseResult request, SweepGrid grid)
    {
        var output = request.GetValue(_output) ?? throw new RequestException("--output is missing: the .jsonl file for what the runs find.");
        if (Path.GetExtension(output) != ".jsonl")
        {
            throw new RequestException($"--output {output} has to end in .jsonl.");
        }

        if (request.GetValue(_shard) is not { } shard)
        {
            return (grid.Runs, output);
        }

        var parts = shard.Split('/');
        if (parts.Length != 2 || parts.Any(string.IsNullOrWhiteSpace))
        {
            throw new RequestException($"--shard takes I/N, such as 0/4, not {shard}.");
        }

        var (index, count) = (OptionValue.Number("--shard", parts[0], 0), OptionValue.Number("--shard", parts[1], 4));
        return (RequestException.Or(() => grid.Shard(index, count)), Path.ChangeExtension(output, FormattableString.Invariant($".{index}-of-{count}.jsonl")));
    }
}
