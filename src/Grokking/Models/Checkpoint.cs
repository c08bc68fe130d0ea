using System.Collections;
using Grokking.Data;
using Grokking.Runtime;
using TorchSharp.PyBridge;
using static TorchSharp.torch;

namespace Grokking.Models;

/// <summary>A network's weights as a file: <c>.safetensors</c>, or PyTorch's <c>.pth</c> (a pickled state dict).</summary>
internal static class Checkpoint
{
    private static readonly string[] Names = ["net.0.weight", "net.2.weight", "net.2.bias", "net.4.weight", "net.4.bias"];

    public static void Save(GrokkingMlp model, string path)
    {
        var format = FormatOf(path);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            _ = format == Format.PyTorch ? model.save_py(temporary) : model.save_safetensors(temporary);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public static GrokkingMlp Load(string path)
    {
        var format = FormatOf(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no checkpoint '{path}'.", path);
        }

        NativeTorch.Load();
        using var scope = NewDisposeScope();
        var weights = Read(path, format);
        var sizes = CheckShapes(path, weights);
        var model = new GrokkingMlp(sizes.Vocabulary, sizes.Embedding, sizes.Hidden);
        using (no_grad())
        {
            foreach (var (name, parameter) in model.named_parameters())
            {
                parameter.copy_(weights[name]);
            }
        }

        return model;
    }

    private enum Format
    {
        Safetensors,
        PyTorch,
    }

    private static Format FormatOf(string path) => Path.GetExtension(path) switch
    {
        ".safetensors" => Format.Safetensors,
        ".pth" => Format.PyTorch,
        _ => throw new ArgumentException($"The checkpoint '{path}' has to end in .safetensors or .pth."),
    };

    private static Dictionary<string, Tensor> Read(string path, Format format)
    {
        try
        {
            return format == Format.Safetensors
                ? Safetensors.LoadStateDict(path)
                : PyTorchUnpickler.UnpickleStateDict(path).Cast<DictionaryEntry>()
                    .Where(entry => entry.Value is Tensor)
                    .ToDictionary(entry => (string)entry.Key, entry => (Tensor)entry.Value!);
        }
        catch (Exception exception) when (exception is not (IOException and not EndOfStreamException or UnauthorizedAccessException))
        {
            // The two readers throw whatever their parsers meet in a file that is not theirs.
            throw new InvalidDataException(
                $"The checkpoint '{path}' is not a readable {Path.GetExtension(path)} file: {exception.Message}", exception);
        }
    }

    private static (int Vocabulary, int Embedding, int Hidden) CheckShapes(string path, Dictionary<string, Tensor> weights)
    {
        foreach (var name in Names)
        {
            Require(weights.ContainsKey(name), $"it has no '{name}' (it has: {string.Join(", ", weights.Keys.Order())})");
        }

        foreach (var name in weights.Keys)
        {
            Require(Names.Contains(name), $"it has '{name}', which the network does not have");
            Require(weights[name].is_floating_point(), $"'{name}' is {weights[name].dtype}, not a floating-point number");
        }

        Require(weights["net.0.weight"].dim() == 2, $"'net.0.weight' is {ShapeOf("net.0.weight")}, not [vocabulary, embedding]");
        Require(weights["net.2.weight"].dim() == 2, $"'net.2.weight' is {ShapeOf("net.2.weight")}, not [hidden, 4 · embedding]");
        var (vocabulary, embedding) = (weights["net.0.weight"].size(0), weights["net.0.weight"].size(1));
        var hidden = weights["net.2.weight"].size(0);
        RequireShape("net.2.weight", hidden, EquationDataset.TokensPerEquation * embedding);
        RequireShape("net.2.bias", hidden);
        RequireShape("net.4.weight", vocabulary, hidden);
        RequireShape("net.4.bias", vocabulary);
        return ((int)vocabulary, (int)embedding, (int)hidden);

        string ShapeOf(string name) => $"[{string.Join(", ", weights[name].shape)}]";

        void RequireShape(string name, params long[] shape) =>
            Require(weights[name].shape.SequenceEqual(shape), $"'{name}' is {ShapeOf(name)}, not [{string.Join(", ", shape)}]");

        void Require(bool condition, string difference)
        {
            if (!condition)
            {
                throw new InvalidDataException($"The checkpoint '{path}' is not a GrokkingMlp: {difference}.");
            }
        }
    }
}
