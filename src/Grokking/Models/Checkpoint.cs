using System.Collections;
using Grokking.Runtime;
using TorchSharp.PyBridge;
using static TorchSharp.torch;

namespace Grokking.Models;

/// <summary>A network's weights as a file: <c>.safetensors</c>, or PyTorch's <c>.pth</c> (a pickled state dict).</summary>
internal static class Checkpoint
{
    private const string NetworkKey = "network";

    public static void Save(EquationModel model, string path)
    {
        if (FormatOf(path) == Format.PyTorch)
        {
            AtomicFile.Write(path, stream => model.save_py(stream, leaveOpen: true));
            return;
        }

        var file = new SafetensorsFile { Metadata = { [NetworkKey] = model.GetName() } };
        foreach (var (name, values) in model.State.Select(entry => (entry.Key, TensorValues.Of(entry.Value))))
        {
            file.Add(name, values.Values.Span, values.Shape);
        }

        AtomicFile.Write(path, file.Write);
    }

    public static EquationModel Load(string path)
    {
        using var scope = NewDisposeScope();
        var weights = Open(path);
        var shapes = weights.Where(entry => entry.Value is not null).ToDictionary(entry => entry.Key, entry => entry.Value!.shape);
        var model = Network.All.Select(network => GlobalGenerator.Borrow(() => network.OfShapes(shapes))).FirstOrDefault(made => made is not null)
            ?? throw new InvalidDataException(
                $"The checkpoint '{path}' is none of the networks that are known here ({string.Join(", ", Network.All.Select(network => network.Name))}): it {Content(weights.Keys)}.");
        Fill(model, path, weights);
        return model;
    }

    public static void LoadInto(EquationModel model, string path)
    {
        using var scope = NewDisposeScope();
        Fill(model, path, Open(path));
    }

    private static Dictionary<string, Tensor?> Open(string path)
    {
        var format = FormatOf(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no checkpoint '{path}'.", path);
        }

        NativeTorch.Load();
        return Read(path, format);
    }

    private static void Fill(EquationModel model, string path, Dictionary<string, Tensor?> weights)
    {
        var state = model.State;
        foreach (var name in state.Keys)
        {
            Require(weights.ContainsKey(name), $"it has no '{name}' but {Content(weights.Keys)}");
        }

        foreach (var (name, weight) in weights)
        {
            Require(state.ContainsKey(name), $"it has '{name}', which the network does not have");
            Require(weight is not null, $"'{name}' is no tensor");
            Require(weight!.is_floating_point(), $"'{name}' is {weight.dtype}, not a floating-point number");
            Require(weight.shape.SequenceEqual(state[name].shape), $"'{name}' is [{string.Join(", ", weight.shape)}], not [{string.Join(", ", state[name].shape)}]");
        }

        using var withoutGradients = no_grad();
        foreach (var (name, parameter) in state)
        {
            parameter.copy_(weights[name]!);
        }

        void Require(bool condition, string difference)
        {
            if (!condition)
            {
                throw new InvalidDataException($"The checkpoint '{path}' is not a {model.GetName()}: {difference}.");
            }
        }
    }

    private static string Content(IReadOnlyCollection<string> names) => names.Count switch
    {
        0 => "is empty",
        <= 5 => $"has {string.Join(", ", names.Order(StringComparer.Ordinal))}",
        _ => $"has {string.Join(", ", names.Order(StringComparer.Ordinal).Take(5))} and {names.Count - 5} more",
    };

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
}
