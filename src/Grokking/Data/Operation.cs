using static System.FormattableString;

namespace Grokking.Data;

/// <summary>
/// A binary operation on the numbers 0 … p − 1: those of <see href="https://arxiv.org/abs/2201.02177">arXiv 2201.02177</see>,
/// appendix A.1.1. All are taken modulo p, but for those of S5, where a number stands for a permutation
/// (see <see cref="SymmetricGroup"/>).
/// </summary>
public sealed class Operation
{
    /// <summary>The largest modulus: a million equations.</summary>
    public const int LargestModulus = 1009;

    /// <summary>Every operation that is known. To add one, add a line.</summary>
    public static IReadOnlyList<Operation> All { get; } =
    [
        new("+", (x, y, _) => x + y),
        new("-", (x, y, _) => x - y),
        new("*", (x, y, _) => x * y),
        new("/", Quotient) { NeedsPrime = true },
        new("/-", (x, y, p) => y % 2 == 1 ? Quotient(x, y, p) : x - y) { NeedsPrime = true },
        new("x2+y2", (x, y, _) => (x * x) + (y * y)),
        new("x2+xy+y2", (x, y, _) => (x * x) + (x * y) + (y * y)),
        new("x2+xy+y2+x", (x, y, _) => (x * x) + (x * y) + (y * y) + x),
        new("x3+xy", (x, y, _) => (x * x * x) + (x * y)),
        new("x3+xy2+y", (x, y, _) => (x * x * x) + (x * y * y) + y),
        new("s5:xy", (x, y, _) => SymmetricGroup.Product(x, y)) { FixedModulus = SymmetricGroup.Order },
        new("s5:xyx-1", (x, y, _) => SymmetricGroup.Product(SymmetricGroup.Product(x, y), SymmetricGroup.Inverse(x))) { FixedModulus = SymmetricGroup.Order },
        new("s5:xyx", (x, y, _) => SymmetricGroup.Product(SymmetricGroup.Product(x, y), x)) { FixedModulus = SymmetricGroup.Order },
    ];

    private readonly Func<long, long, long, long?> _function;

    /// <summary>
    /// An operation of one's own: of a, b and the modulus p. It trains and draws as any other; to be named on the command line and in
    /// files it needs its line in <see cref="All"/>.
    /// </summary>
    /// <param name="symbol">Its token.</param>
    /// <param name="function">Gives any number that is <c>a ∘ b</c> modulo p, or null where there is no result.</param>
    /// <exception cref="ArgumentException">The symbol is another token's, or no word.</exception>
    public Operation(string symbol, Func<long, long, long, long?> function)
    {
        Symbol = symbol.Length > 0 && symbol != "=" && !symbol.All(char.IsAsciiDigit) && !symbol.Any(char.IsWhiteSpace)
            ? symbol
            : throw new ArgumentException($"An operation's symbol is '{symbol}'; it has to be one word, no number and not '=', such as '+'.");
        _function = function;
    }

    /// <summary>Modular addition, the original's operation.</summary>
    public static Operation Add { get; } = Parse("+");

    /// <summary>The operation's token and its name on the command line: <c>+</c>.</summary>
    public string Symbol { get; }

    /// <summary>Whether the modulus has to be a prime, because the operation divides.</summary>
    public bool NeedsPrime { get; init; }

    /// <summary>How many numbers there always are: 120 in S5; null where the modulus may be chosen.</summary>
    public int? FixedModulus { get; init; }

    /// <summary>The modulus where none is chosen: the fixed one, or the original's 97.</summary>
    public int DefaultModulus => FixedModulus ?? 97;

    /// <summary>The operation with the given symbol.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Operation Parse(string symbol) =>
        All.FirstOrDefault(operation => operation.Symbol == symbol)
        ?? throw new ArgumentException(
            $"There is no operation '{symbol}'; the operations are {string.Join(", ", All.Select(o => o.Symbol))}.");

    /// <summary><c>a ∘ b</c>, from 0 to p − 1.</summary>
    /// <param name="a">The left number, from 0 to p − 1.</param>
    /// <param name="b">The right number, from 0 to p − 1.</param>
    /// <param name="modulus">The modulus p.</param>
    /// <exception cref="ArgumentOutOfRangeException">The operation does not take this modulus.</exception>
    /// <exception cref="ArgumentException">The pair has no result: a division by 0.</exception>
    public int Apply(int a, int b, int modulus)
    {
        RequireModulus(modulus);
        return Find(a, b, modulus) ?? throw new ArgumentException(Invariant($"{a} {Symbol} {b} has no result modulo {modulus}."));
    }

    /// <summary>Whether <c>a ∘ b</c> has a result; it has none where b = 0 divides.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The operation does not take this modulus.</exception>
    public bool IsDefined(int a, int b, int modulus)
    {
        RequireModulus(modulus);
        return Find(a, b, modulus) is not null;
    }

    /// <summary>Whether <c>a ∘ b = b ∘ a</c> for all pairs, each of which is tried.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The operation does not take this modulus.</exception>
    public bool IsCommutative(int modulus)
    {
        RequireModulus(modulus);
        for (var a = 0; a < modulus; a++)
        {
            for (var b = 0; b < a; b++)
            {
                if (Find(a, b, modulus) != Find(b, a, modulus))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>The symbol.</summary>
    public override string ToString() => Symbol;

    internal void RequireModulus(int modulus)
    {
        var (right, expected) = this switch
        {
            { FixedModulus: { } fixedModulus } => (modulus == fixedModulus, Invariant($"for '{Symbol}' it has to be {fixedModulus}")),
            { NeedsPrime: true } => (InRange() && IsPrime(modulus), $"for '{Symbol}' it has to be a prime from 2 to {LargestModulus}, such as 97"),
            _ => (InRange(), $"it has to be from 2 to {LargestModulus}, such as 97"),
        };
        if (!right)
        {
            throw new ArgumentOutOfRangeException(nameof(modulus), Invariant($"The modulus is {modulus}; {expected}."));
        }

        bool InRange() => modulus is >= 2 and <= LargestModulus;
    }

    /// <summary>The result, or null where there is none, for a modulus that has been checked.</summary>
    internal int? Find(int a, int b, int modulus) =>
        _function(a, b, modulus) is { } result ? (int)(((result % modulus) + modulus) % modulus) : null;

    /// <summary>The q with <c>q · divisor = number</c> modulo a prime; there is none for the divisor 0.</summary>
    private static long? Quotient(long number, long divisor, long prime)
    {
        // Extended Euclid keeps coefficient · divisor = remainder (mod prime), down to the remainder 1.
        var (remainder, next) = (prime, divisor);
        var (coefficient, nextCoefficient) = (0L, 1L);
        while (next > 0)
        {
            var times = remainder / next;
            (remainder, next) = (next, remainder - (times * next));
            (coefficient, nextCoefficient) = (nextCoefficient, coefficient - (times * nextCoefficient));
        }

        return remainder == 1 ? number * coefficient : null;
    }

    private static bool IsPrime(int number) =>
        Enumerable.Range(2, number - 2).TakeWhile(divisor => divisor * divisor <= number).All(divisor => number % divisor != 0);
}
