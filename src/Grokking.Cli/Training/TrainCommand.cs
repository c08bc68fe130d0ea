using System.CommandLine;
using Grokking.Runs;
using Grokking.Runtime;
using Grokking.Training;
using static System.FormattableString;

namespace Grokking.Cli.Training;

/// <summary><c>train</c>: the original's run, with its log lines, a history and a checkpoint.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var history = File("--history", "Writes what each epoch measured, as .csv, .jsonl (JSON lines) or .parquet.");
        var checkpoint = File("--checkpoint", "Writes the weights, as .safetensors or as PyTorch's .pth.");
        var run = File("--run", "Keeps all that the run needs to go on, now and then, at the end and on Ctrl+C.");
        var resume = File("--resume", "Goes on with a run that --run kept, and keeps it in the same file. --epochs can take it further.");
        var keepEvery = new Option<string>("--keep-every")
        {
            Description = $"Epochs after which --run and --resume keep the run again; {RunRequest.SeldomEnough} by default.",
            HelpName = "N",
        };
        var wait = new Option<string>("--wait") { Description = "How long to wait where another process writes the run's file, such as 10m; not at all by default.", HelpName = "TIME" };
        var settings = new SettingOptions(Setting.All);
        var command = new Command("train", "Trains a network, and writes its history and its weights.");
        command.Add(settings.Preset);
        settings.AddTo(command);
        foreach (var option in new[] { history, checkpoint, run, keepEvery, resume, wait })
        {
            command.Add(option);
        }

        command.SetAction(result => Execute(
            new RunRequest(result.GetValue(settings.Preset), [.. settings.Given(result)], result.GetValue(run), result.GetValue(resume), result.GetValue(keepEvery)),
            result.GetValue(history),
            result.GetValue(checkpoint),
            OptionValue.Time("--wait", result.GetValue(wait))));
        return command;

        static Option<string> File(string name, string description) => new(name) { Description = description, HelpName = "FILE" };
    }

    private static int Execute(RunRequest request, string? history, string? checkpoint, TimeSpan wait)
    {
        // Before a lock is put beside it, and again when nobody else can make it.
        request.RefuseExisting();
        LibTorch.Fetch();
        using var owned = request.File is { } file ? OwnedFile.Take(file, wait) : null;
        var files = new TrainingFiles(history, checkpoint, request.File, request.FileOption);
        using var run = request.Begin();
        files.RefuseUnwritable();

        if (run.Settings.Threads > PhysicalCores.Count)
        {
            Console.Error.WriteLine(Invariant($"{run.Settings.Threads} threads are more than the {(PhysicalCores.Count == 1 ? "one core" : $"{PhysicalCores.Count} cores")} that there are for them, which is slower than fewer."));
        }

        var epochs = run.Settings.Epochs;
        if (run.History.Count == epochs)
        {
            Console.WriteLine(Invariant($"The run in {request.File} is finished: it has all of its {epochs:N0} epochs; --epochs takes it further."));
            return End(run.History, epochs, () => (files with { Run = null }).Write(run), ExitCode.Stopped, run.Settings.Optimizer.LearningRate);
        }

        var view = new TrainingView();
        using var interruption = new Interruption(() => view.Say("Stopping at this epoch's end; Ctrl+C again ends at once."));
        view.Watch(epochs, progress => run.Train(files.Keeping(run, request.KeepEvery, progress), interruption.Token));
        return End(run.History, epochs, () => files.Write(run), interruption.ExitCode, run.Settings.Optimizer.LearningRate);
    }

    private static int End(TrainingHistory history, int epochs, Func<bool> write, int ifStopped, double rate)
    {
        if (history.Count == 0)
        {
            Console.Error.WriteLine("The run was stopped before its first epoch; nothing is written.");
            return ifStopped;
        }

        var stopped = history.Count < epochs && !history.HasDiverged;
        if (stopped)
        {
            Console.Error.WriteLine(Invariant($"The run was stopped after {history.Count:N0} of {epochs:N0} epochs."));
        }

        var written = write();
        var best = history.MaxBy(epoch => epoch.ValidationAccuracy);
        Console.WriteLine(history.FirstReachingValidation(TrainingHistory.KnownAccuracy) is { } grokked
            ? Invariant($"Validation first reached {TrainingHistory.KnownAccuracy}% at epoch {grokked.Epoch + 1:N0}, step {grokked.Step:N0}, after {grokked.Seconds:F1} s.")
            : Invariant($"Validation did not reach {TrainingHistory.KnownAccuracy}%; its best was {best.ValidationAccuracy:F1}%, at epoch {best.Epoch + 1:N0}."));
        if (history.HasDiverged)
        {
            Console.Error.WriteLine(Invariant($"The run diverged: a loss is no finite number at epoch {history.Count:N0}, with the learning rate {rate}; a smaller learning rate may help."));
            return ExitCode.Failed;
        }

        return !written ? ExitCode.Failed : stopped ? ifStopped : ExitCode.Done;
    }
}
