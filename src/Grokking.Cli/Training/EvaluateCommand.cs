using System.CommandLine;
using Grokking.Data;
using Grokking.Models;
using Grokking.Runs;
using Grokking.Training;
using TorchSharp;
using static System.FormattableString;

namespace Grokking.Cli.Training;

/// <summary><c>evaluate</c>: how well a checkpoint knows all equations, those that it was trained on and those that it was not.</summary>
internal static class EvaluateCommand
{
    private const int Signs = 2;

    public static Command Create()
    {
        var checkpoint = new Argument<string>("CHECKPOINT") { Description = "A .safetensors file, or a PyTorch state dict (.pth, .pt)." };
        // What has been learnt, and which equations of it.
        var settings = new SettingOptions(
            [.. new[] { "operation", "split", "train_fraction", "first_training_label", "data_seed" }.Select(Setting.Named)]);
        var command = new Command("evaluate", "Prints loss and accuracy of a checkpoint over all equations, and over both sides of the split.") { checkpoint };
        settings.AddTo(command);
        command.SetAction(result => Execute(result.GetRequiredValue(checkpoint), SettingOptions.Applied(RunSettings.Original, settings.Given(result))));
        return command;
    }

    private static int Execute(string checkpoint, RunSettings settings)
    {
        LibTorch.Fetch();
        var (model, taken) = Load(checkpoint);
        using var _ = model;
        using var dataset = Equations(checkpoint, model, settings.Operation);
        using var generator = new torch.Generator(settings.DataSeed);
        var split = RequestException.Or(() => settings.SplitOf(dataset, generator));
        Console.WriteLine($"{checkpoint}, {dataset}");
        Console.WriteLine($"Taken: {taken}");
        var all = Evaluation.Of(model, dataset, [.. Enumerable.Range(0, dataset.Count)]);
        Console.WriteLine(Invariant($"Loss: {all.Loss:G6}"));
        Console.WriteLine(Invariant($"Accuracy: {all.Accuracy:F2}%"));
        Console.WriteLine(settings.Split == SplitKind.Labels
            ? Invariant($"Split by labels, training from {settings.FirstTrainingLabel} on:")
            : Invariant($"Split by {Setting.Named("split").Of(settings)} {settings.TrainingFraction}, data seed {settings.DataSeed}:"));
        Score("Training", split.Training);
        Score("Validation", split.Validation);
        if (double.IsFinite(all.Loss))
        {
            return ExitCode.Done;
        }

        var numberless = model.State.Select(entry => (entry.Key, Count: TensorValues.Of(entry.Value).Values.ToArray().Count(value => !float.IsFinite(value)))).FirstOrDefault(entry => entry.Count > 0);
        Console.Error.WriteLine(numberless.Count > 0
            ? Invariant($"The loss is no finite number: '{numberless.Key}' has {numberless.Count:N0} {(numberless.Count == 1 ? "number that is" : "numbers that are")} none.")
            : "The loss is no finite number: the weights are so large that the logits overflow.");
        return ExitCode.Failed;

        void Score(string side, ReadOnlySpan<long> indices)
        {
            var evaluation = Evaluation.Of(model, dataset, indices);
            Console.WriteLine(Invariant($"{side}: {indices.Length:N0} equations, loss {evaluation.Loss:G6}, accuracy {evaluation.Accuracy:F2}%"));
        }
    }

    private static (EquationModel Model, string Taken) Load(string checkpoint) => RequestException.OrUnreadable(() =>
    {
        using var state = StateDict.Open(checkpoint);
        return (EquationModel.Load(state), state.Description);
    });

    /// <summary>The equations whose tokens the network has: p numbers, the operation and the equals sign.</summary>
    private static EquationDataset Equations(string checkpoint, EquationModel model, Operation operation)
    {
        try
        {
            return new EquationDataset(model.VocabularySize - Signs, operation);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new RequestException(
                $"The checkpoint '{checkpoint}' has {model.VocabularySize} tokens, two of them signs, and '{operation}' does not go with {model.VocabularySize - Signs} numbers.");
        }
    }
}
