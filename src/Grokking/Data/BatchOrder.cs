using System.Collections;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Grokking.Data;

/// <summary>
/// The order in which equations are served, epoch after epoch: that of two PyTorch <c>DataLoader</c>s, training and
/// validation, which shuffle and share one generator.
/// </summary>
public sealed class BatchOrder
{
    private readonly Generator _generator;

    /// <summary>The order of a split's equations.</summary>
    /// <param name="split">The equations.</param>
    /// <param name="batchSize">Equations a batch; the last batch of a pass takes what is left.</param>
    /// <param name="generator">Where the permutations are drawn: in the original, the generator that drew the split.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is less than 1.</exception>
    /// <exception cref="ArgumentException">There is no generator, or it is disposed of.</exception>
    public BatchOrder(DatasetSplit split, int batchSize, Generator generator)
    {
        if (batchSize < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(batchSize), $"The batch size is {batchSize}; it has to be at least 1, such as 512.");
        }

        Generators.Require(generator);
        Split = split;
        BatchSize = batchSize;
        _generator = generator;
        Training = new Batches(split.Training.ToArray(), batchSize, generator);
        Validation = new Batches(split.Validation.ToArray(), batchSize, generator);
    }

    /// <summary>The equations that are served.</summary>
    public DatasetSplit Split { get; }

    /// <summary>Equations a batch.</summary>
    public int BatchSize { get; }

    /// <summary>The training equations; to go through it is one pass, and each pass has an order of its own.</summary>
    public Batches Training { get; }

    /// <summary>The validation equations.</summary>
    public Batches Validation { get; }

    /// <summary>Where the generator stands, as <c>torch.Generator.get_state</c> gives it; between two passes, all that the order needs to go on.</summary>
    /// <exception cref="ArgumentException">The bytes are no state of a generator.</exception>
    internal byte[] GeneratorState
    {
        get
        {
            Generators.Require(_generator);
            using var state = _generator.get_state();
            return state.data<byte>().ToArray();
        }

        set
        {
            RequireGeneratorState(value);
            Generators.Require(_generator);
            using var state = tensor(value);
            _generator.set_state(state);
        }
    }

    /// <summary>How many batches a pass has on either side.</summary>
    public override string ToString() => FormattableString.Invariant($"{Training.Count:N0} training and {Validation.Count:N0} validation batches of {BatchSize:N0}");

    // libtorch ends the process over a state that makes no sense. Of a Mersenne Twister (CPUGeneratorImplStateLegacy): the seed,
    // then how many numbers are left and whether it is seeded, then the place of the next one among 624.
    private static void RequireGeneratorState(ReadOnlySpan<byte> state)
    {
        const int bytes = 5056;
        const long numbers = 624;
        if (state.Length != bytes
            || MemoryMarshal.Read<int>(state[8..]) is < 1 or > (int)numbers
            || MemoryMarshal.Read<int>(state[12..]) is not (0 or 1)
            || MemoryMarshal.Read<long>(state[16..]) is < 0 or > numbers)
        {
            throw new ArgumentException("The state of the generator of the batches' order makes no sense.");
        }
    }
}

/// <summary>The shuffled batches of one side of a split; what PyTorch's <c>DataLoader(…, shuffle=True, generator=…)</c> is.</summary>
public sealed class Batches : IReadOnlyCollection<long[]>
{
    private readonly long[] _indices;
    private readonly int _batchSize;
    private readonly Generator _generator;

    internal Batches(long[] indices, int batchSize, Generator generator)
    {
        _indices = indices;
        _batchSize = batchSize;
        _generator = generator;
    }

    /// <summary>Batches in a pass.</summary>
    public int Count => ((_indices.Length - 1) / _batchSize) + 1;

    /// <summary>Shuffles the equations and serves them all: dataset indices, a batch at a time.</summary>
    public IEnumerator<long[]> GetEnumerator()
    {
        var shuffled = Shuffle();
        for (var start = 0; start < shuffled.Length; start += _batchSize)
        {
            yield return shuffled[start..Math.Min(start + _batchSize, shuffled.Length)];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // A DataLoader draws, per pass: a base seed for its workers (one int64, so two steps of the generator), the
    // permutation, and one more permutation that its sampler does not use. What is not used still moves the generator.
    private long[] Shuffle()
    {
        Generators.Require(_generator);
        using var scope = NewDisposeScope();
        empty([1], dtype: ScalarType.Int64).random_(0, 1L << 62, _generator);
        var permutation = randperm(_indices.Length, generator: _generator);
        var shuffled = MemoryMarshal.Cast<byte, long>(permutation.bytes).ToArray();
        foreach (ref var place in shuffled.AsSpan())
        {
            place = _indices[place];
        }

        randperm(_indices.Length, generator: _generator);
        return shuffled;
    }
}
