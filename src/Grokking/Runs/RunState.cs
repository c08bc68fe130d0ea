using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Grokking.Data;
using Grokking.Models;
using Grokking.Training;

namespace Grokking.Runs;

/// <summary>
/// A run, at rest between two epochs: everything it needs to go on as if it had never stopped. Of the things that a loop is made
/// of, it is <c>RunState.Of(engine, order, history).Save("run.safetensors")</c>, and later, into new ones,
/// <c>RunState.Load("run.safetensors").Restore(engine, order, history)</c>.
/// </summary>
public sealed record RunState
{
    /// <summary>What the run learns, and of which of it: what it can't go on without.</summary>
    public required RunIdentity Identity { get; init; }

    /// <summary>What decides the run; null where a notebook's own loop made it.</summary>
    public RunSettings? Settings { get; init; }

    /// <summary>The network's parameters by their names, such as <c>net.0.weight</c>.</summary>
    public required IReadOnlyDictionary<string, TensorValues> Weights { get; init; }

    /// <summary>What the optimiser remembers.</summary>
    public required OptimizerStateDict Optimizer { get; init; }

    /// <summary>The generator of the batches' order, as <c>torch.Generator.get_state</c> gives it.</summary>
    public required ReadOnlyMemory<byte> Generator { get; init; }

    /// <summary>The finished epochs.</summary>
    public required IReadOnlyList<EpochRecord> History { get; init; }

    /// <summary>The copies of the weights that were kept on the way.</summary>
    public IReadOnlyList<SnapshotValues> Snapshots { get; init; } = [];

    /// <summary>A run as it stands. Not while an epoch is trained.</summary>
    /// <param name="engine">The arithmetic, and the model.</param>
    /// <param name="order">The batches.</param>
    /// <param name="history">The finished epochs.</param>
    /// <param name="snapshots">The copies of the weights, if there are some to keep.</param>
    public static RunState Of(ITrainingEngine engine, BatchOrder order, TrainingHistory history, WeightSnapshots? snapshots = null) => new()
    {
        Identity = RunIdentity.Of(engine, order),
        Weights = ValuesOf(engine.Model),
        Optimizer = engine.OptimizerStateDict,
        Generator = order.GeneratorState,
        History = [.. history],
        Snapshots = [.. (snapshots ?? Enumerable.Empty<WeightSnapshot>()).Select(kept => new SnapshotValues(kept.Epochs, kept.Speed, ValuesOf(kept.Model)))],
    };

    /// <summary>Makes a new run go on from here: its model, its optimiser, its order and its history become what they were.</summary>
    /// <exception cref="ArgumentException">The run is another's: the message says what differs.</exception>
    public void Restore(ITrainingEngine engine, BatchOrder order, TrainingHistory history, WeightSnapshots? snapshots = null)
    {
        Identity.Require(RunIdentity.Of(engine, order));
        SetValues(engine.Model, Weights);
        order.GeneratorState = Generator.ToArray();
        engine.OptimizerStateDict = Optimizer;
        history.Restore(History);
        snapshots?.Restore(Snapshots.Select(kept => new WeightSnapshot(kept.Epochs, ModelOf(engine.Model, kept.Weights), kept.Speed)), History.Count);
    }

    /// <summary>Writes the run to a <c>.safetensors</c> file: the whole of it, or nothing.</summary>
    /// <exception cref="IOException">The disk refuses; what was in the file before is still there.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file may not be written.</exception>
    public void Save(string path) => RunFile.Write(this, path);

    /// <summary>Reads a run that <see cref="Save"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is truncated, foreign, of another version or damaged; the message says which.</exception>
    public static RunState Load(string path) => RunFile.Read(path);

    private static Dictionary<string, TensorValues> ValuesOf(EquationModel model) =>
        model.State.ToDictionary(entry => entry.Key, entry => TensorValues.Of(entry.Value));

    private static EquationModel ModelOf(EquationModel like, IReadOnlyDictionary<string, TensorValues> weights)
    {
        var model = like.Copy();
        SetValues(model, weights);
        return model;
    }

    private static void SetValues(EquationModel model, IReadOnlyDictionary<string, TensorValues> weights)
    {
        foreach (var (name, parameter) in model.State)
        {
            var values = weights.GetValueOrDefault(name) ?? throw new ArgumentException($"The run's network has no '{name}'.");
            values.CopyTo(parameter, name);
        }
    }
}

/// <summary>A copy of a run's weights, as it is kept.</summary>
/// <param name="Epochs">The epochs the network had been trained for.</param>
/// <param name="Speed">How far the last of them moved the weights.</param>
/// <param name="Weights">The parameters by name.</param>
public sealed record SnapshotValues(int Epochs, double Speed, IReadOnlyDictionary<string, TensorValues> Weights);

/// <summary>What tells a run from another whose weights would fit just as well.</summary>
/// <param name="Operation">The operation's symbol.</param>
/// <param name="Modulus">The modulus.</param>
/// <param name="Network">The network's name.</param>
/// <param name="BatchSize">Equations a batch.</param>
/// <param name="Split">SHA-256 of the training equations' indices, in hexadecimal.</param>
public sealed record RunIdentity(string Operation, int Modulus, string Network, int BatchSize, string Split)
{
    internal static RunIdentity Of(ITrainingEngine engine, BatchOrder order) => new(
        order.Split.Dataset.Operation.Symbol,
        order.Split.Dataset.Modulus,
        engine.Model.GetName(),
        order.BatchSize,
        Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(order.Split.Training))));

    internal void Require(RunIdentity other)
    {
        Same("learns", Operation, other.Operation);
        Same("has the modulus", Modulus, other.Modulus);
        Same("trains a", Network, other.Network);
        Same("has batches of", BatchSize, other.BatchSize);
        if (Split != other.Split)
        {
            throw new ArgumentException("The run that was kept learns from other equations: its split is another one.");
        }

        static void Same<T>(string what, T kept, T wanted)
        {
            if (!Equals(kept, wanted))
            {
                throw new ArgumentException($"The run that was kept {what} {kept}, not {wanted}.");
            }
        }
    }
}
