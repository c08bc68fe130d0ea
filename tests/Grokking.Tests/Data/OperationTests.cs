using Grokking.Data;

namespace Grokking.Tests.Data;

public sealed class OperationTests
{
    private static readonly int[] Primes = [2, 3, 5, 7, 13];

    public static TheoryData<string> Symbols => [.. Operation.All.Select(operation => operation.Symbol)];

    [Theory]
    [MemberData(nameof(Symbols))]
    public void A_result_is_a_number_below_the_modulus(string symbol)
    {
        ForAllPairs((p, a, b) => Assert.InRange(Operation.Parse(symbol).Apply(a, b, p), 0, p - 1));
    }

    [Theory]
    [InlineData("+", 90, 10, 3)]
    [InlineData("-", 10, 90, 17)]
    [InlineData("*", 96, 96, 1)]
    public void A_result_modulo_97_is_that_of_arithmetic(string symbol, int a, int b, int expected)
    {
        Assert.Equal(expected, Operation.Parse(symbol).Apply(a, b, 97));
    }

    [Theory]
    [InlineData("+")]
    [InlineData("*")]
    public void Addition_and_multiplication_are_symmetric(string symbol)
    {
        var operation = Operation.Parse(symbol);
        ForAllPairs((p, a, b) => Assert.Equal(operation.Apply(a, b, p), operation.Apply(b, a, p)));
    }

    [Fact]
    public void Subtraction_is_antisymmetric()
    {
        var minus = Operation.Parse("-");
        ForAllPairs((p, a, b) => Assert.Equal(0, (minus.Apply(a, b, p) + minus.Apply(b, a, p)) % p));
    }

    [Fact]
    public void Subtraction_undoes_addition()
    {
        var minus = Operation.Parse("-");
        ForAllPairs((p, a, b) => Assert.Equal(a, minus.Apply(Operation.Add.Apply(a, b, p), b, p)));
    }

    [Fact]
    public void Every_number_but_0_has_one_inverse_in_multiplication()
    {
        var times = Operation.Parse("*");
        foreach (var p in Primes)
        {
            for (var a = 1; a < p; a++)
            {
                Assert.Single(Enumerable.Range(0, p), b => times.Apply(a, b, p) == 1);
            }
        }
    }

    [Fact]
    public void An_unknown_symbol_is_refused_with_those_that_there_are()
    {
        var error = Assert.Throws<ArgumentException>(() => Operation.Parse("%"));
        Assert.Equal("There is no operation '%'; the operations are +, -, *.", error.Message);
    }

    private static void ForAllPairs(Action<int, int, int> check)
    {
        foreach (var p in Primes)
        {
            for (var a = 0; a < p; a++)
            {
                for (var b = 0; b < p; b++)
                {
                    check(p, a, b);
                }
            }
        }
    }
}
