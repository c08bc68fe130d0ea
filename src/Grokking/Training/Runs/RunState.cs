namespace Grokking.Training.Runs;

/// <summary>A run, at rest: everything it needs to go on as if it had never stopped.</summary>
/// <remarks>
/// It can be taken between any two batches, and not only at an epoch's end: the shuffled equations of the pass that has begun
/// and the sums over its batches are all that this adds. A run that is stopped within an epoch then needs neither a copy of
/// every epoch's weights nor the time to finish the epoch.
/// </remarks>
public sealed record RunState
{
    /// <summary>What decides the run.</summary>
    public required RunOptions Options { get; init; }

    /// <summary>The network's parameters by their names, such as <c>net.0.weight</c>.</summary>
    public required IReadOnlyDictionary<string, ParameterValues> Weights { get; init; }

    /// <summary>What AdamW remembers.</summary>
    public required OptimizerState Optimizer { get; init; }

    /// <summary>The generator of the batches' order, as <c>torch.Generator.get_state</c> gives it.</summary>
    public required ReadOnlyMemory<byte> Generator { get; init; }

    /// <summary>The trainer's place, and the history.</summary>
    public required TrainerState Trainer { get; init; }

    /// <summary>Writes the run to a <c>.safetensors</c> file: the whole of it, or nothing.</summary>
    /// <exception cref="IOException">The disk refuses; what was in the file before is still there.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file may not be written.</exception>
    public void Save(string path) => RunFile.Write(this, path);

    /// <summary>Reads a run that <see cref="Save"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is truncated, foreign, newer or damaged; the message says which.</exception>
    public static RunState Load(string path) => RunFile.Read(path);
}

/// <summary>The numbers of one parameter, row by row.</summary>
/// <param name="Shape">Its shape, such as <c>[99, 128]</c>.</param>
/// <param name="Values">Its numbers, <c>float32</c>.</param>
public sealed record ParameterValues(IReadOnlyList<long> Shape, ReadOnlyMemory<float> Values);
