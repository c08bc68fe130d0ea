using System.ComponentModel;
using Grokking.Data;
using Grokking.Models;
using Grokking.Training;
using Spectre.Console.Cli;
using static System.FormattableString;
using static TorchSharp.torch;

namespace Grokking.Cli.Training;

/// <summary><c>train</c>: the seed notebook's run, with its log lines, a history and a checkpoint.</summary>
internal sealed class TrainCommand : Command<TrainCommand.Settings>
{
    private const double Grokked = 99;

    // Texts, because what Spectre says of a value that is no number names neither the option nor what would be right.
    internal sealed class Settings : CommandSettings
    {
        [CommandOption("--preset <NAME>")]
        [Description(
            "original, the seed notebook's recipe (20000 epochs, learning rate 0.001, weight decay 0.01, batches of 512), or fast, " +
            "which groks within seconds; original by default. Other options change it.")]
        public string Preset { get; init; } = "original";

        [CommandOption("--seed <N>")]
        [Description("Draws the initial weights; 0 by default.")]
        public string? Seed { get; init; }

        [CommandOption("--data-seed <N>")]
        [Description("Draws the split and the order of batches; 21 by default, as in the seed notebook.")]
        public string? DataSeed { get; init; }

        [CommandOption("--epochs <N>")]
        [Description("Passes over the training equations.")]
        public string? Epochs { get; init; }

        [CommandOption("--learning-rate <X>")]
        [Description("AdamW's step size.")]
        public string? LearningRate { get; init; }

        [CommandOption("--weight-decay <X>")]
        [Description("AdamW's weight decay.")]
        public string? WeightDecay { get; init; }

        [CommandOption("--batch-size <N>")]
        [Description("Equations a step.")]
        public string? BatchSize { get; init; }

        [CommandOption("--train-fraction <X>")]
        [Description("The share of the equations to learn from; 0.8 by default.")]
        public string? TrainFraction { get; init; }

        [CommandOption("--operation <SYMBOL>")]
        [OperationDescription("What is learnt")]
        public string Operation { get; init; } = "+";

        [CommandOption("--modulus <P>")]
        [Description("From 2 to 1009, and a prime where the operation divides; 97 by default, and always 120 in S5.")]
        public string? Modulus { get; init; }

        [CommandOption("--engine <NAME>")]
        [Description("fused, or autograd, which trains as PyTorch does; fused by default.")]
        public string Engine { get; init; } = "fused";

        [CommandOption("--threads <N>")]
        [Description("Threads that do the arithmetic; the engine chooses by default.")]
        public string? Threads { get; init; }

        [CommandOption("--history <FILE.csv>")]
        [Description("Writes what each epoch measured.")]
        public string? History { get; init; }

        [CommandOption("--checkpoint <FILE>")]
        [Description("Writes the weights, as .safetensors or as PyTorch's .pth.")]
        public string? Checkpoint { get; init; }
    }

    public override int Execute(CommandContext context, Settings settings, CancellationToken cancellation)
    {
        var files = new TrainingFiles(settings.History, settings.Checkpoint);
        var recipe = Recipe(settings);
        var operation = RequestException.Or(() => Operation.Parse(settings.Operation));
        var modulus = OptionValue.Number("--modulus", settings.Modulus, operation.DefaultModulus);
        var fraction = OptionValue.Number("--train-fraction", settings.TrainFraction, 0.8);
        var seed = OptionValue.Number("--seed", settings.Seed, 0ul);
        var dataSeed = OptionValue.Number("--data-seed", settings.DataSeed, 21ul);

        using var dataset = RequestException.Or(() => new EquationDataset(modulus, operation));
        var generator = new Generator(dataSeed);
        var split = RequestException.Or(() => DatasetSplit.ByFraction(dataset, fraction, generator));
        manual_seed((long)seed);
        using var model = new GrokkingMlp(dataset.Vocabulary.Count);
        using ITrainingEngine engine = settings.Engine switch
        {
            "fused" => new FusedEngine(model, dataset, recipe),
            "autograd" => new AutogradEngine(model, dataset, recipe),
            _ => throw new RequestException($"There is no engine '{settings.Engine}'; the engines are fused, autograd."),
        };
        files.RefuseUnwritable();

        var trainer = new Trainer(engine, new BatchOrder(split, recipe.BatchSize, generator));
        var view = new TrainingView();
        using var interruption = new Interruption(() => view.Say("Stopping after this step; Ctrl+C again ends at once."));
        view.Watch(recipe.Epochs, progress => trainer.Train(recipe.Epochs, progress, interruption.Token));
        return End(trainer.History, recipe.Epochs, () => files.Write(trainer.History, model));
    }

    private static TrainingOptions Recipe(Settings settings)
    {
        var recipe = settings.Preset switch
        {
            "original" => TrainingOptions.Original,
            "fast" => TrainingOptions.Fast,
            _ => throw new RequestException($"There is no preset '{settings.Preset}'; the presets are original, fast."),
        };
        return RequestException.Or(() => recipe with
        {
            Epochs = OptionValue.Number("--epochs", settings.Epochs, recipe.Epochs),
            LearningRate = OptionValue.Number("--learning-rate", settings.LearningRate, recipe.LearningRate),
            WeightDecay = OptionValue.Number("--weight-decay", settings.WeightDecay, recipe.WeightDecay),
            BatchSize = OptionValue.Number("--batch-size", settings.BatchSize, recipe.BatchSize),
            Threads = settings.Threads is null ? recipe.Threads : OptionValue.Number("--threads", settings.Threads, 1),
        });
    }

    private static int End(TrainingHistory history, int epochs, Func<bool> write)
    {
        var stopped = history.Count < epochs;
        if (history.Count == 0)
        {
            Console.Error.WriteLine("The run was stopped before its first epoch ended; nothing is written.");
            return ExitCode.Stopped;
        }

        if (stopped)
        {
            Console.Error.WriteLine(Invariant($"The run was stopped after {history.Count:N0} of {epochs:N0} epochs."));
        }

        var written = write();
        var best = history.MaxBy(epoch => epoch.ValidationAccuracy);
        Console.WriteLine(history.FirstReaching(Grokked) is { } grokked
            ? Invariant($"Validation first reached {Grokked}% at epoch {grokked.Epoch:N0}, step {grokked.Step:N0}, after {grokked.Seconds:F1} s.")
            : Invariant($"Validation did not reach {Grokked}%; its best was {best.ValidationAccuracy:F1}%, at epoch {best.Epoch:N0}."));
        return !written ? ExitCode.Failed : stopped ? ExitCode.Stopped : ExitCode.Done;
    }
}
