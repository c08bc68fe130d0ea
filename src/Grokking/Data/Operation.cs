namespace Grokking.Data;

/// <summary>A binary operation on the numbers 0 … p − 1, taken modulo p.</summary>
public sealed class Operation
{
    /// <summary>Every operation that is known.</summary>
    public static IReadOnlyList<Operation> All { get; } =
    [
        new("+", (a, b) => a + b),
        new("-", (a, b) => a - b),
        new("*", (a, b) => a * b),
    ];

    private readonly Func<long, long, long> _function;

    private Operation(string symbol, Func<long, long, long> function)
    {
        Symbol = symbol;
        _function = function;
    }

    /// <summary>Modular addition, the seed notebook's operation.</summary>
    public static Operation Add { get; } = Parse("+");

    /// <summary>The operation's token and its name on the command line: <c>+</c>.</summary>
    public string Symbol { get; }

    /// <summary>The operation with the given symbol.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Operation Parse(string symbol) =>
        All.FirstOrDefault(operation => operation.Symbol == symbol)
        ?? throw new ArgumentException(
            $"There is no operation '{symbol}'; the operations are {string.Join(", ", All.Select(o => o.Symbol))}.");

    /// <summary><c>a ∘ b mod p</c>, from 0 to p − 1.</summary>
    public int Apply(int a, int b, int modulus) => (int)(((_function(a, b) % modulus) + modulus) % modulus);

    /// <summary>The symbol.</summary>
    public override string ToString() => Symbol;
}
