using System.ComponentModel;
using Grokking.Training;
using Spectre.Console.Cli;
using static System.FormattableString;

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
        public string? Preset { get; init; }

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
        public string? Operation { get; init; }

        [CommandOption("--modulus <P>")]
        [Description("From 2 to 1009, and a prime where the operation divides; 97 by default, and always 120 in S5.")]
        public string? Modulus { get; init; }

        [CommandOption("--engine <NAME>")]
        [Description("fused, or autograd, which trains as PyTorch does; fused by default.")]
        public string? Engine { get; init; }

        [CommandOption("--threads <N>")]
        [Description("Threads that do the arithmetic; the engine chooses by default.")]
        public string? Threads { get; init; }

        [CommandOption("--history <FILE>")]
        [Description("Writes what each epoch measured, as .csv, .jsonl (JSON lines) or .parquet.")]
        public string? History { get; init; }

        [CommandOption("--checkpoint <FILE>")]
        [Description("Writes the weights, as .safetensors or as PyTorch's .pth.")]
        public string? Checkpoint { get; init; }

        [CommandOption("--run <FILE>")]
        [Description("Keeps all that the run needs to go on, now and then, at the end and on Ctrl+C.")]
        public string? Run { get; init; }

        [CommandOption("--keep-every <N>")]
        [Description("Epochs after which --run and --resume keep the run again; 500 by default.")]
        public string? KeepEvery { get; init; }

        [CommandOption("--resume <FILE>")]
        [Description("Goes on with a run that --run kept, and keeps it in the same file. --epochs can take it further.")]
        public string? Resume { get; init; }
    }

    public override int Execute(CommandContext context, Settings settings, CancellationToken cancellation)
    {
        var request = new RunRequest(settings);
        var files = new TrainingFiles(settings.History, settings.Checkpoint, request.File, request.FileOption);
        using var run = request.Begin();
        files.RefuseUnwritable();

        var epochs = run.Options.Recipe.Epochs;
        if (run.History.Count == epochs)
        {
            Console.WriteLine(Invariant($"The run in {request.File} is finished: it has all of its {epochs:N0} epochs; --epochs takes it further."));
            return End(run.History, epochs, () => (files with { Run = null }).Write(run));
        }

        var view = new TrainingView();
        using var interruption = new Interruption(() => view.Say("Stopping after this step; Ctrl+C again ends at once."));
        view.Watch(epochs, progress => run.Train(files.Keeping(run, request.KeepEvery, progress), interruption.Token));
        return End(run.History, epochs, () => files.Write(run));
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
