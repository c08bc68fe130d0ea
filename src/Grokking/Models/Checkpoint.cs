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
                parameter.copy_(weights[name]!);
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

    /// <summary>What the file holds; null for an entry that is no tensor.</summary>
    private static Dictionary<string, Tensor?> Read(string path, Format format)
    {
        var file = new MemoryStream(File.ReadAllBytes(path));
        try
        {
            return format == Format.Safetensors
                ? Safetensors.LoadStateDict(file).ToDictionary(entry => Printable(entry.Key), entry => (Tensor?)entry.Value)
                : PyTorchUnpickler.UnpickleStateDict(file).Cast<DictionaryEntry>()
                    .ToDictionary(entry => Printable($"{entry.Key}"), entry => entry.Value as Tensor);
        }
        catch (Exception exception)
        {
            // The two readers throw whatever their parsers meet in bytes that are not theirs.
            var expected = format == Format.Safetensors
                ? "a .safetensors file"
                : "a state dict as torch.save(model.state_dict(), path) writes it since PyTorch 1.6";
            throw new InvalidDataException($"The checkpoint '{path}' is not {expected}, or it is damaged.", exception);
        }
    }

    // A foreign file's names end up in messages, and so in terminals.
    private static string Printable(string name) => string.Concat(name.Select(letter => char.IsControl(letter) ? '?' : letter));

    private static (int Vocabulary, int Embedding, int Hidden) CheckShapes(string path, Dictionary<string, Tensor?> weights)
    {
        foreach (var name in Names)
        {
            Require(weights.ContainsKey(name), $"it has no '{name}' but {Content()}");
        }

        foreach (var name in weights.Keys)
        {
            Require(Names.Contains(name), $"it has '{name}', which the network does not have");
            Require(weights[name] is not null, $"'{name}' is no tensor");
            Require(weights[name]!.is_floating_point(), $"'{name}' is {weights[name]!.dtype}, not a floating-point number");
        }

        Require(IsMatrix("net.0.weight"), $"'net.0.weight' is {ShapeOf("net.0.weight")}, not [vocabulary, embedding]");
        Require(IsMatrix("net.2.weight"), $"'net.2.weight' is {ShapeOf("net.2.weight")}, not [hidden, 4 · embedding]");
        var (vocabulary, embedding) = (weights["net.0.weight"]!.size(0), weights["net.0.weight"]!.size(1));
        var hidden = weights["net.2.weight"]!.size(0);
        RequireShape("net.2.weight", hidden, EquationDataset.TokensPerEquation * embedding);
        RequireShape("net.2.bias", hidden);
        RequireShape("net.4.weight", vocabulary, hidden);
        RequireShape("net.4.bias", vocabulary);
        return ((int)vocabulary, (int)embedding, (int)hidden);

        string Content() => weights.Count switch
        {
            0 => "is empty",
            <= 5 => string.Join(", ", weights.Keys.Order(StringComparer.Ordinal)),
            _ => $"{string.Join(", ", weights.Keys.Order(StringComparer.Ordinal).Take(5))} and {weights.Count - 5} more",
        };

        bool IsMatrix(string name) => weights[name]!.dim() == 2 && weights[name]!.numel() > 0;

        string ShapeOf(string name) => $"[{string.Join(", ", weights[name]!.shape)}]";

        void RequireShape(string name, params long[] shape) =>
            Require(weights[name]!.shape.SequenceEqual(shape), $"'{name}' is {ShapeOf(name)}, not [{string.Join(", ", shape)}]");

        void Require(bool condition, string difference)
        {
            if (!condition)
            {
                throw new InvalidDataException($"The checkpoint '{path}' is not a GrokkingMlp: {difference}.");
            }
        }
    }
}
