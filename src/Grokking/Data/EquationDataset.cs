using Grokking.Runtime;
using static TorchSharp.torch;

namespace Grokking.Data;

/// <summary>
/// Every equation <c>a ∘ b = y (mod p)</c> as four tokens and a label, in the seed notebook's order: equation
/// <c>i</c> has <c>a = i / p</c> and <c>b = i mod p</c>.
/// </summary>
public sealed class EquationDataset : IDisposable
{
    /// <summary>Tokens an equation: a, the operation, b, <c>=</c>.</summary>
    public const int TokensPerEquation = 4;

    private readonly long[] _features;
    private readonly long[] _labels;

    /// <summary>All p² equations of an operation.</summary>
    /// <param name="modulus">The prime p; the seed takes 97.</param>
    /// <param name="operation">The operation; the seed takes <see cref="Operation.Add"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The modulus is not a prime from 2 to 1,009.</exception>
    public EquationDataset(int modulus, Operation operation)
    {
        if (modulus > 1009 || !IsPrime(modulus))
        {
            throw new ArgumentOutOfRangeException(
                nameof(modulus), $"The modulus is {modulus}; it has to be a prime from 2 to 1009, such as 97.");
        }

        NativeTorch.Load();
        Modulus = modulus;
        Operation = operation;
        Vocabulary = new Vocabulary(modulus, operation);
        Count = modulus * modulus;
        _features = new long[Count * TokensPerEquation];
        _labels = new long[Count];
        for (var i = 0; i < Count; i++)
        {
            var (a, b) = Math.DivRem(i, modulus);
            ReadOnlySpan<long> tokens = [a, Vocabulary.Operation, b, Vocabulary.EqualsSign];
            tokens.CopyTo(_features.AsSpan(i * TokensPerEquation));
            _labels[i] = operation.Apply(a, b, modulus);
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

    /// <summary>The number of equations, p².</summary>
    public int Count { get; }

    /// <summary>Token ids, <c>[p², 4] int64</c>: a, operation, b, <c>=</c>.</summary>
    public Tensor Features { get; }

    /// <summary>Results, <c>[p²] int64</c>, from 0 to p − 1.</summary>
    public Tensor Labels { get; }

    /// <summary>The token ids of one equation, <c>[4]</c>.</summary>
    public ReadOnlySpan<long> TokensOf(long equation) =>
        _features.AsSpan(checked((int)equation) * TokensPerEquation, TokensPerEquation);

    /// <summary>The result of one equation.</summary>
    public long LabelOf(long equation) => _labels[equation];

    /// <summary>One equation as text: <c>32 + 72 = 7</c>.</summary>
    public string TextOf(long equation) => Vocabulary.Decode([.. TokensOf(equation), LabelOf(equation)]);

    /// <summary>What the dataset holds, in one line.</summary>
    public override string ToString() => $"a {Operation} b = y (mod {Modulus}): {Count:N0} equations, {Vocabulary.Count} tokens";

    /// <summary>Frees the two tensors.</summary>
    public void Dispose()
    {
        Features.Dispose();
        Labels.Dispose();
    }

    private static bool IsPrime(int number)
    {
        if (number < 2)
        {
            return false;
        }

        for (var divisor = 2; divisor * divisor <= number; divisor++)
        {
            if (number % divisor == 0)
            {
                return false;
            }
        }

        return true;
    }
}
