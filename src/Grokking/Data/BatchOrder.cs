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
    private readonly long[] _training;
    private readonly long[] _validation;

    /// <summary>The order of a split's equations.</summary>
    /// <param name="split">The equations.</param>
    /// <param name="batchSize">Equations a batch; the last batch of a pass takes what is left.</param>
    /// <param name="generator">Where the permutations are drawn: in the seed, the generator that drew the split.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is less than 1.</exception>
    public BatchOrder(DatasetSplit split, int batchSize, Generator generator)
    {
        if (batchSize < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(batchSize), $"The batch size is {batchSize}; it has to be at least 1, such as 512.");
        }

        Split = split;
        BatchSize = batchSize;
        _generator = generator;
        _training = new long[split.Training.Length];
        _validation = new long[split.Validation.Length];
    }

    /// <summary>The equations that are served.</summary>
    public DatasetSplit Split { get; }

    /// <summary>Equations a batch.</summary>
    public int BatchSize { get; }

    /// <summary>Batches in a pass over the training equations.</summary>
    public int TrainingBatches => BatchesOf(_training.Length);

    /// <summary>Batches in a pass over the validation equations.</summary>
    public int ValidationBatches => BatchesOf(_validation.Length);

    /// <summary>Shuffles the training equations and returns them (dataset indices); valid until the next call.</summary>
    public ReadOnlyMemory<long> NextTraining() => Shuffle(Split.Training, _training);

    /// <summary>Shuffles the validation equations and returns them (dataset indices); valid until the next call.</summary>
    public ReadOnlyMemory<long> NextValidation() => Shuffle(Split.Validation, _validation);

    private int BatchesOf(int count) => ((count - 1) / BatchSize) + 1;

    // A DataLoader draws, per pass: a base seed for its workers (one int64, so two steps of the generator), the
    // permutation, and one more permutation that its sampler does not use. What is not used still moves the generator.
    private ReadOnlyMemory<long> Shuffle(ReadOnlySpan<long> equations, long[] shuffled)
    {
        using var scope = NewDisposeScope();
        empty([1], dtype: ScalarType.Int64).random_(0, 1L << 62, _generator);
        var permutation = randperm(equations.Length, generator: _generator);
        MemoryMarshal.Cast<byte, long>(permutation.bytes).CopyTo(shuffled);
        for (var i = 0; i < shuffled.Length; i++)
        {
            shuffled[i] = equations[(int)shuffled[i]];
        }

        randperm(equations.Length, generator: _generator);
        return shuffled;
    }
}
