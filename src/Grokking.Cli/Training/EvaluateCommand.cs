using System.ComponentModel;
using Grokking.Data;
using Grokking.Models;
using Grokking.Training;
using Spectre.Console.Cli;
using static System.FormattableString;

namespace Grokking.Cli.Training;

/// <summary><c>evaluate</c>: how well a checkpoint of the seed's shape knows all equations.</summary>
internal sealed class EvaluateCommand : Command<EvaluateCommand.Settings>
{
    private const int SeedWidth = 128;

    internal sealed class Settings : CommandSettings
    {
        [CommandArgument(0, "<CHECKPOINT>")]
        [Description("A .safetensors file, or a PyTorch state dict as .pth.")]
        public string Checkpoint { get; init; } = "";

        [CommandOption("--operation <SYMBOL>")]
        [OperationDescription("The operation that the network has learnt")]
        public string Operation { get; init; } = "+";
    }

    public override int Execute(CommandContext context, Settings settings, CancellationToken cancellation)
    {
        var operation = RequestException.Or(() => Operation.Parse(settings.Operation));
        using var model = Load(settings.Checkpoint);
        using var dataset = Equations(settings.Checkpoint, model, operation);
        long[] all = [.. Enumerable.Range(0, dataset.Count)];
        var evaluation = Evaluation.Of(model, dataset, all);
        Console.WriteLine($"{settings.Checkpoint}, {dataset}");
        Console.WriteLine(Invariant($"Loss: {evaluation.Loss:G6}"));
        Console.WriteLine(Invariant($"Accuracy: {evaluation.Accuracy:F2}%"));
        return ExitCode.Done;
    }

    private static GrokkingMlp Load(string checkpoint)
    {
        try
        {
            return RequestException.Or(() => GrokkingMlp.Load(checkpoint));
        }
        catch (Exception refused) when (refused is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new RequestException(refused.Message);
        }
    }

    /// <summary>The equations whose tokens the network has: p numbers, the operation and the equals sign.</summary>
    private static EquationDataset Equations(string checkpoint, GrokkingMlp model, Operation operation)
    {
        if (model.EmbeddingWidth != SeedWidth || model.HiddenWidth != SeedWidth)
        {
            throw Differs(
                $"its embedding and its hidden layer are {model.EmbeddingWidth} and {model.HiddenWidth} wide, not {SeedWidth} and {SeedWidth}");
        }

        try
        {
            return new EquationDataset(model.VocabularySize - 2, operation);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw Differs($"it has {model.VocabularySize} tokens, two of them signs, and '{operation}' does not go with {model.VocabularySize - 2} numbers (the seed has 97)");
        }

        RequestException Differs(string how) => new($"The checkpoint '{checkpoint}' is not of the seed's shape: {how}.");
    }
}
