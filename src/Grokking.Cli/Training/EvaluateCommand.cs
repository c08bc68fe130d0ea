using System.CommandLine;
using Grokking.Data;
using Grokking.Models;
using Grokking.Training;
using static System.FormattableString;

namespace Grokking.Cli.Training;

/// <summary><c>evaluate</c>: how well a checkpoint knows all equations.</summary>
internal static class EvaluateCommand
{
    private const int Signs = 2;

    public static Command Create()
    {
        var checkpoint = new Argument<string>("CHECKPOINT") { Description = "A .safetensors file, or a PyTorch state dict (.pth, .pt)." };
        var operation = new Option<string>("--operation")
        {
            Description = $"The operation that the network has learnt: {string.Join(", ", Operation.All)}; {Operation.Add} by default.",
            HelpName = "SYMBOL",
            DefaultValueFactory = _ => Operation.Add.Symbol,
        };
        var command = new Command("evaluate", "Prints loss and accuracy of a checkpoint over all equations.") { checkpoint, operation };
        command.SetAction(result => Execute(result.GetRequiredValue(checkpoint), result.GetRequiredValue(operation)));
        return command;
    }

    private static int Execute(string checkpoint, string symbol)
    {
        var operation = RequestException.Or(() => Operation.Parse(symbol));
        var (model, taken) = Load(checkpoint);
        using var _ = model;
        using var dataset = Equations(checkpoint, model, operation);
        long[] all = [.. Enumerable.Range(0, dataset.Count)];
        var evaluation = Evaluation.Of(model, dataset, all);
        Console.WriteLine($"{checkpoint}, {dataset}");
        Console.WriteLine($"Taken: {taken}");
        Console.WriteLine(Invariant($"Loss: {evaluation.Loss:G6}"));
        Console.WriteLine(Invariant($"Accuracy: {evaluation.Accuracy:F2}%"));
        return ExitCode.Done;
    }

    private static (EquationModel Model, string Taken) Load(string checkpoint)
    {
        try
        {
            using var state = StateDict.Open(checkpoint);
            return (EquationModel.Load(state), state.Description);
        }
        catch (Exception refused) when (refused is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new RequestException(refused.Message);
        }
    }

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
