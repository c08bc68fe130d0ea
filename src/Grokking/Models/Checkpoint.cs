using Grokking.Runtime;
using static TorchSharp.torch;

namespace Grokking.Models;

/// <summary>A network's weights as a file: <c>.safetensors</c>, or PyTorch's <c>.pth</c> or <c>.pt</c>.</summary>
internal static class Checkpoint
{
    private const string NetworkKey = "network";

    public static void Save(EquationModel model, string path)
    {
        var weights = model.State.ToDictionary(entry => entry.Key, entry => TensorValues.Of(entry.Value));
        Action<Stream> write = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".safetensors" => Safetensors(model.GetName(), weights).Write,
            ".pth" or ".pt" => stream => PyTorchFile.Write(stream, weights),
            _ => throw new ArgumentException($"The checkpoint '{path}' has to end in .safetensors, .pth or .pt."),
        };
        AtomicFile.Write(path, write);
    }

    public static EquationModel Load(StateDict state)
    {
        using var scope = NewDisposeScope();
        var model = Network.All.Select(network => GlobalGenerator.Borrow(() => network.OfShapes(state.Shapes))).FirstOrDefault(made => made is not null)
            ?? throw new InvalidDataException(
                $"The checkpoint '{state.Path}' is none of the networks that are known here ({string.Join(", ", Network.All.Select(network => network.Name))}): it {Content(state)}.");
        LoadInto(model, state);
        return model;
    }

    public static void LoadInto(EquationModel model, StateDict state)
    {
        var parameters = model.State;
        foreach (var name in parameters.Keys)
        {
            Require(state.Shapes.ContainsKey(name), $"it has no '{name}' but {Content(state)}");
        }

        foreach (var (name, shape) in state.Shapes)
        {
            Require(parameters.ContainsKey(name), $"it has '{name}', which the network does not have");
            Require(shape.SequenceEqual(parameters[name].shape), $"'{name}' is [{string.Join(", ", shape)}], not [{string.Join(", ", parameters[name].shape)}]");
        }

        // All of them before the first is changed: one of them may be damaged.
        var weights = parameters.Keys.ToDictionary(name => name, state.Read);
        foreach (var (name, parameter) in parameters)
        {
            weights[name].CopyTo(parameter, name);
        }

        void Require(bool condition, string difference)
        {
            if (!condition)
            {
                throw new InvalidDataException($"The checkpoint '{state.Path}' is not a {model.GetName()}: {difference}.");
            }
        }
    }

    private static SafetensorsFile Safetensors(string network, Dictionary<string, TensorValues> weights)
    {
        var file = new SafetensorsFile { Metadata = { [NetworkKey] = network } };
        foreach (var (name, values) in weights)
        {
            file.Add(name, values.Values.Span, values.Shape);
        }

        return file;
    }

    private static string Content(StateDict state) => state.Shapes.Count == 0
        ? "is empty"
        : $"has {StateDict.Some([.. state.Shapes.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key} [{string.Join(", ", entry.Value)}]")])}";
}
