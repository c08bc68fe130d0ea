using System.ComponentModel;
using Grokking.Cli.Training;
using Grokking.Data;
using Grokking.Training;
using Grokking.Training.Runs;
using Grokking.Training.Sweeps;
using Spectre.Console.Cli;

namespace Grokking.Cli.Sweeps;

/// <summary><c>sweep</c>: runs over a grid, or a shard of them, and draws what all of them found.</summary>
internal sealed class SweepCommand : Command<SweepCommand.Settings>
{
    // Texts, because what Spectre says of a value that is no number names neither the option nor what would be right.
    internal sealed class Settings : CommandSettings
    {
        [CommandOption("--output <FILE>")]
        [Description("The .jsonl file that gets a line a run, and that a sweep which was stopped goes on with; or, with --collect, the .html or .csv file to write.")]
        public string? Output { get; init; }

        [CommandOption("--collect <DIR>")]
        [Description("Runs nothing, but draws what all .jsonl files of this folder have.")]
        public string? Collect { get; init; }

        [CommandOption("--shard <I/N>")]
        [Description("Only every N-th run from the I-th on (0 to N - 1), into a file of its own: sweep.jsonl becomes sweep.0-of-4.jsonl.")]
        public string? Shard { get; init; }

        [CommandOption("--parallel <N>")]
        [Description("Runs at a time, one thread each; as many as physical cores by default.")]
        public string? Parallel { get; init; }

        [CommandOption("--stop-after <N>")]
        [Description("A run ends once so many epochs in a row had 100% validation accuracy; 100 by default.")]
        public string? StopAfter { get; init; }

        [CommandOption("--preset <NAME>")]
        [Description("The recipe for all that is not given: original or fast; original by default.")]
        public string? Preset { get; init; }

        [OperationDescription("What is learnt")]
        [CommandOption("--operation <SYMBOL>")]
        public string? Operation { get; init; }

        [CommandOption("--modulus <P>")]
        [Description("From 2 to 1009, and a prime where the operation divides; 97 by default, and always 120 in S5.")]
        public string? Modulus { get; init; }

        [CommandOption("--train-fraction <X,…>")]
        [Description("Shares of the equations to learn from; 0.8 by default. Here and below: one value or several, with commas between.")]
        public string? TrainFraction { get; init; }

        [CommandOption("--weight-decay <X,…>")]
        [Description("AdamW's weight decay.")]
        public string? WeightDecay { get; init; }

        [CommandOption("--learning-rate <X,…>")]
        [Description("AdamW's step size.")]
        public string? LearningRate { get; init; }

        [CommandOption("--batch-size <N,…>")]
        [Description("Equations a step.")]
        public string? BatchSize { get; init; }

        [CommandOption("--beta1 <X,…>")]
        [Description("AdamW's decay rate for the mean of the gradients.")]
        public string? Beta1 { get; init; }

        [CommandOption("--beta2 <X,…>")]
        [Description("AdamW's decay rate for the mean of the squared gradients.")]
        public string? Beta2 { get; init; }

        [CommandOption("--epsilon <X,…>")]
        [Description("AdamW's guard against a division by zero.")]
        public string? Epsilon { get; init; }

        [CommandOption("--epochs <N,…>")]
        [Description("The limit of a run that does not grok.")]
        public string? Epochs { get; init; }

        [CommandOption("--seed <N,…>")]
        [Description("Draws the initial weights; 0 by default.")]
        public string? Seed { get; init; }

        [CommandOption("--data-seed <N,…>")]
        [Description("Draws the split and the order of batches; 21 by default.")]
        public string? DataSeed { get; init; }

        /// <summary>What each field goes over; the one that changes fastest comes last.</summary>
        public IEnumerable<(SweepField Field, string? Values)> Axes =>
        [
            (SweepField.TrainingFraction, TrainFraction),
            (SweepField.WeightDecay, WeightDecay),
            (SweepField.LearningRate, LearningRate),
            (SweepField.BatchSize, BatchSize),
            (SweepField.Beta1, Beta1),
            (SweepField.Beta2, Beta2),
            (SweepField.Epsilon, Epsilon),
            (SweepField.Epochs, Epochs),
            (SweepField.DataSeed, DataSeed),
            (SweepField.Seed, Seed),
        ];
    }

    public override int Execute(CommandContext context, Settings settings, CancellationToken cancellation)
    {
        if (settings.Collect is { } folder)
        {
            var others = new[] { settings.Shard, settings.Parallel, settings.StopAfter, settings.Preset, settings.Operation, settings.Modulus };
            return others.Concat(settings.Axes.Select(axis => axis.Values)).All(value => value is null)
                ? new Collection(folder, settings.Output).Write()
                : throw new RequestException("--collect draws what is there, and goes with no other option but --output.");
        }

        var grid = Grid(settings);
        var (cells, file) = Part(settings, grid);
        var sweep = RequestException.Or(() =>
        {
            var standard = new Sweep([]);
            return new Sweep(cells, file)
            {
                StopAfter = OptionValue.Number("--stop-after", settings.StopAfter, standard.StopAfter),
                AtOnce = OptionValue.Number("--parallel", settings.Parallel, standard.AtOnce),
            };
        });
        AtomicFile.RefuseUnwritable(Path.GetDirectoryName(Path.GetFullPath(file))!);
        return Run(sweep, new SweepView(grid.Cells), cells.Count, file);
    }

    private static int Run(Sweep sweep, SweepView view, int count, string file)
    {
        using var interruption = new Interruption(() => view.Say("Stopping; Ctrl+C again ends at once."));
        IReadOnlyList<SweepRun> runs = [];
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
            $"{runs.Count} of {count} runs are in {file}: {runs.Count - censored} reached {SweepRun.Grokked}% and {censored} did not."));
        if (runs.Count < count)
        {
            Console.Error.WriteLine("The sweep was stopped; the same command goes on with it.");
            return ExitCode.Stopped;
        }

        return ExitCode.Done;
    }

    private static SweepGrid Grid(Settings settings) => RequestException.Or(() =>
    {
        var operation = Operation.Parse(settings.Operation ?? Operation.Add.Symbol);
        var cell = new RunOptions
        {
            Operation = operation,
            Modulus = OptionValue.Number("--modulus", settings.Modulus, operation.DefaultModulus),
            Recipe = settings.Preset switch
            {
                null or "original" => TrainingOptions.Original,
                "fast" => TrainingOptions.Fast,
                _ => throw new RequestException($"There is no preset '{settings.Preset}'; the presets are original, fast."),
            },
        };
        var grid = new SweepGrid(cell);
        foreach (var (field, values) in settings.Axes)
        {
            grid = values is null ? grid : grid.Over(field, [.. values.Split(',').Select(value => Number(field, value))]);
        }

        return grid;

        double Number(SweepField field, string value) => OptionValue.Number($"--{field.Name.Replace('_', '-')}", value, field.Of(cell));
    });

    private static (IReadOnlyList<RunOptions> Cells, string File) Part(Settings settings, SweepGrid grid)
    {
        var output = settings.Output ?? throw new RequestException("--output is missing: the .jsonl file for what the runs find.");
        if (Path.GetExtension(output) != ".jsonl")
        {
            throw new RequestException($"--output {output} has to end in .jsonl.");
        }

        if (settings.Shard is null)
        {
            return (grid.Cells, output);
        }

        var parts = settings.Shard.Split('/');
        if (parts.Length != 2)
        {
            throw new RequestException($"--shard takes I/N, such as 0/4, not {settings.Shard}.");
        }

        var (index, count) = (OptionValue.Number("--shard", parts[0], 0), OptionValue.Number("--shard", parts[1], 4));
        return (RequestException.Or(() => grid.Shard(index, count)), Path.ChangeExtension(output, FormattableString.Invariant($".{index}-of-{count}.jsonl")));
    }
}
