using Grokking.Runtime;
using static System.FormattableString;
using static TorchSharp.torch;

namespace Grokking.Data;

/// <summary>
/// Every equation <c>a ∘ b = y (mod p)</c> as four tokens and a label, in the original's order: by a, then by b.
/// Pairs without a result (a division by 0) are left out; where there are none of those, equation <c>i</c> has
/// <c>a = i / p</c> and <c>b = i mod p</c>.
/// </summary>
public sealed class EquationDataset : IDisposable
{
    /// <summary>Tokens an equation: a, the operation, b, <c>=</c>.</summary>
    public const int TokensPerEquation = 4;

    private readonly long[] _features;
    private readonly long[] _labels;

    /// <summary>All equations of an operation: p², less the pairs that have no result.</summary>
    /// <param name="modulus">The modulus p; the original takes 97. In S5 it is 120, the number of elements.</param>
    /// <param name="operation">The operation; the original takes <see cref="Operation.Add"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The modulus is not from 2 to 1,009, or no prime where the operation divides, or not 120 in S5.
    /// </exception>
    public EquationDataset(int modulus, Operation operation)
    {
        operation.RequireModulus(modulus);
        NativeTorch.Load();
        Modulus = modulus;
        Operation = operation;
        Vocabulary = new Vocabulary(modulus, operation);
        (int A, int B, int Result)[] equations =
        [
            .. from a in Enumerable.Range(0, modulus)
               from b in Enumerable.Range(0, modulus)
               let result = operation.Find(a, b, modulus)
               where result is not null
               select (a, b, result.Value),
        ];
        _features = new long[equations.Length * TokensPerEquation];
        _labels = new long[equations.Length];
        foreach (var (i, (a, b, result)) in equations.Index())
        {
            ReadOnlySpan<long> tokens = [a, Vocabulary.Operation, b, Vocabulary.EqualsSign];
            tokens.CopyTo(_features.AsSpan(i * TokensPerEquation));
            _labels[i] = result;
        }

        Features = tensor(_features, [Count, TokensPerEquation]).DetachFromDisposeScope();
        Labels = tensor(_labels).DetachFromDisposeScope();
    }

    /// <summary>The modulus p.</summary>
    public int Modulus { get; }

    /// <summary>The operation.</summary>
    public Operation Operation { get; }

    /// <summary>The tokens: p numbers, the operation, <c>=</c>.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>The number of equations: p², or p · (p − 1) where b = 0 has no result.</summary>
    public int Count => _labels.Length;

    /// <summary>Makes sure that there are indices, and that all are of equations.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">One is of no equation.</exception>
    internal void RequireIndices(ReadOnlySpan<long> indices)
    {
        if (indices.IsEmpty)
        {
            throw new ArgumentException("There are no equations; give at least one.", nameof(indices));
        }

        foreach (var index in indices)
        {
            if (index < 0 || index >= Count)
            {
                throw new ArgumentOutOfRangeException(nameof(indices), $"Equation {index} is not in the dataset; its equations go from 0 to {Count - 1}.");
            }
        }
    }

    /// <summary>Token ids, <c>[equations, 4] int64</c>: a, operation, b, <c>=</c>.</summary>
    public Tensor Features { get; }

    /// <summary>Results, <c>[equations] int64</c>, from 0 to p − 1.</summary>
    public Tensor Labels { get; }

    /// <summary>The token ids of one equation, <c>[4]</c>.</summary>
    public ReadOnlySpan<long> TokensOf(long equation) =>
        _features.AsSpan(checked((int)equation) * TokensPerEquation, TokensPerEquation);

    /// <summary>The result of one equation.</summary>
    public long LabelOf(long equation) => _labels[equation];

    /// <summary>One equation as text: <c>32 + 72 = 7</c>.</summary>
    public string TextOf(long equation) => Vocabulary.Decode([.. TokensOf(equation), LabelOf(equation)]);

    /// <summary>What the dataset holds, in one line.</summary>
    public override string ToString() => Invariant(
        $"a {Operation} b = y ({(Operation.FixedModulus is null ? $"mod {Modulus}" : $"{Modulus} elements")}): {Count:N0} equations, {Vocabulary.Count} tokens");

    /// <summary>Frees the two tensors.</summary>
    public void Dispose()
    {
        Features.Dispose();
        Labels.Dispose();
    }
}
