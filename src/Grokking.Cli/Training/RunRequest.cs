using Grokking.Data;
using Grokking.Training;
using Grokking.Training.Runs;
using static System.FormattableString;

namespace Grokking.Cli.Training;

/// <summary>Which run <c>train</c> is asked for: a new one, or one that goes on.</summary>
internal sealed class RunRequest(TrainCommand.Settings settings)
{
    private const int SeldomEnough = 500;

    /// <summary>The file that keeps the run, or null for none.</summary>
    public string? File => settings.Resume ?? settings.Run;

    /// <summary>The option that names it.</summary>
    public string FileOption => settings.Resume is null ? "--run" : "--resume";

    /// <summary>Epochs from one keeping to the next.</summary>
    public int KeepEvery { get; } = OptionValue.Number("--keep-every", settings.KeepEvery, SeldomEnough);

    /// <summary>The run, at its beginning or where it stopped.</summary>
    /// <exception cref="RequestException">The options make no sense, or not with each other, or not with the file.</exception>
    public TrainingRun Begin()
    {
        if (KeepEvery < 1)
        {
            throw new RequestException(Invariant($"--keep-every is {KeepEvery}; it has to be at least 1, such as {SeldomEnough}."));
        }

        if (settings.KeepEvery is not null && File is null)
        {
            throw new RequestException("--keep-every needs the file to keep the run in; name it with --run.");
        }

        return settings.Resume is null ? New() : GoOn(settings.Resume);
    }

    private TrainingRun New()
    {
        var options = Asked(new RunOptions());
        if (System.IO.File.Exists(settings.Run))
        {
            throw new RequestException($"--run {settings.Run} is there already; go on with it by --resume {settings.Run}, or name another file.");
        }

        return RequestException.Or(() => new TrainingRun(options));
    }

    private TrainingRun GoOn(string file)
    {
        if (settings.Run is not null)
        {
            throw new RequestException("--run and --resume exclude each other: a run that goes on is kept in its own file.");
        }

        var state = Load(file);
        var options = state.Options;
        var asked = Asked(options);
        RefuseContradiction(options, asked);
        if (asked.Recipe.Epochs < state.Trainer.Epochs.Count)
        {
            throw new RequestException(
                Invariant($"The run in {file} has {state.Trainer.Epochs.Count} epochs already; --epochs {asked.Recipe.Epochs} can't take it back."));
        }

        // How many epochs, and on how many threads, is no part of what the run computes.
        var recipe = options.Recipe with { Epochs = asked.Recipe.Epochs, Threads = asked.Recipe.Threads };
        return RequestException.Or(() => new TrainingRun(state with { Options = options with { Recipe = recipe } }));
    }

    private static RunState Load(string file)
    {
        try
        {
            return RunState.Load(file);
        }
        catch (Exception refused) when (refused is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new RequestException(refused.Message);
        }
    }

    /// <summary>The given options in place of others.</summary>
    private RunOptions Asked(RunOptions others)
    {
        var recipe = settings.Preset switch
        {
            null => others.Recipe,
            "original" => TrainingOptions.Original,
            "fast" => TrainingOptions.Fast,
            _ => throw new RequestException($"There is no preset '{settings.Preset}'; the presets are original, fast."),
        };
        var operation = settings.Operation is null ? others.Operation : RequestException.Or(() => Operation.Parse(settings.Operation));
        return RequestException.Or(() => others with
        {
            Operation = operation,
            Modulus = OptionValue.Number("--modulus", settings.Modulus, settings.Resume is null ? operation.DefaultModulus : others.Modulus),
            TrainingFraction = OptionValue.Number("--train-fraction", settings.TrainFraction, others.TrainingFraction),
            Seed = OptionValue.Number("--seed", settings.Seed, others.Seed),
            DataSeed = OptionValue.Number("--data-seed", settings.DataSeed, others.DataSeed),
            Engine = settings.Engine is null ? others.Engine : EngineName.Parse(settings.Engine),
            Recipe = recipe with
            {
                Epochs = OptionValue.Number("--epochs", settings.Epochs, settings.Resume is null ? recipe.Epochs : others.Recipe.Epochs),
                LearningRate = OptionValue.Number("--learning-rate", settings.LearningRate, recipe.LearningRate),
                WeightDecay = OptionValue.Number("--weight-decay", settings.WeightDecay, recipe.WeightDecay),
                BatchSize = OptionValue.Number("--batch-size", settings.BatchSize, recipe.BatchSize),
                Threads = settings.Threads is null ? others.Recipe.Threads : OptionValue.Number("--threads", settings.Threads, 1),
            },
        });
    }

    private void RefuseContradiction(RunOptions kept, RunOptions asked)
    {
        Same("--operation", kept.Operation, asked.Operation);
        Same("--modulus", kept.Modulus, asked.Modulus);
        Same("--train-fraction", kept.TrainingFraction, asked.TrainingFraction);
        Same("--seed", kept.Seed, asked.Seed);
        Same("--data-seed", kept.DataSeed, asked.DataSeed);
        Same("--engine", EngineName.Of(kept.Engine), EngineName.Of(asked.Engine));
        if (settings.Preset is not null && asked.Recipe with { Epochs = kept.Recipe.Epochs, Threads = kept.Recipe.Threads } != kept.Recipe)
        {
            throw new RequestException($"The run in {settings.Resume} has another recipe than --preset {settings.Preset}; leave that out.");
        }

        Same("--learning-rate", kept.Recipe.LearningRate, asked.Recipe.LearningRate);
        Same("--weight-decay", kept.Recipe.WeightDecay, asked.Recipe.WeightDecay);
        Same("--batch-size", kept.Recipe.BatchSize, asked.Recipe.BatchSize);

        void Same<T>(string option, T has, T wanted)
        {
            if (!Equals(has, wanted))
            {
                throw new RequestException(Invariant($"The run in {settings.Resume} was begun with {option} {has}, not {wanted}; leave that out."));
            }
        }
    }
}
