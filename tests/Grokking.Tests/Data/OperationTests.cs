using System.Numerics;
using Grokking.Data;

namespace Grokking.Tests.Data;

public sealed class OperationTests
{
    private static readonly int[] Primes = [2, 3, 5, 7, 13];
    private static readonly int[] Moduli = [2, 3, 4, 5, 6, 7, 9, 12];

    public static TheoryData<string> Symbols => [.. Operation.All.Select(operation => operation.Symbol)];

    public static TheoryData<string> Dividing => ["/", "/-"];

    public static TheoryData<string> OfAnyModulus =>
        [.. Operation.All.Where(operation => operation is { NeedsPrime: false, FixedModulus: null }).Select(operation => operation.Symbol)];

    [Theory]
    [MemberData(nameof(Symbols))]
    public void A_result_is_a_number_below_the_modulus(string symbol)
    {
        var operation = Operation.Parse(symbol);
        foreach (var p in operation.FixedModulus is { } size ? [size] : Primes)
        {
            ForAllPairs(p, (a, b) => Assert.True(!operation.IsDefined(a, b, p) || operation.Apply(a, b, p) is var y && y >= 0 && y < p));
        }
    }

    [Theory]
    [MemberData(nameof(OfAnyModulus))]
    public void A_result_of_the_largest_numbers_is_that_of_exact_arithmetic(string symbol)
    {
        var operation = Operation.Parse(symbol);
        foreach (var p in (int[])[97, 1000, 1009])
        {
            foreach (var (a, b) in ((int, int)[])[(p - 1, p - 1), (p - 1, p - 2), (p - 2, p - 1), (p / 2, p - 1), (p - 1, 0), (0, p - 1)])
            {
                var exact = Exact(symbol, a, b);
                Assert.Equal(((exact % p) + p) % p, operation.Apply(a, b, p));
            }
        }
    }

    [Theory]
    [InlineData("x2+y2", 3, 5, 34)]
    [InlineData("x2+xy+y2", 3, 5, 49)]
    [InlineData("x2+xy+y2+x", 3, 5, 52)]
    [InlineData("x3+xy", 3, 5, 42)]
    [InlineData("x3+xy2+y", 3, 4, 79)]
    [InlineData("-", 10, 90, 17)]
    [InlineData("/", 1, 2, 49)]
    [InlineData("/-", 1, 2, 96)]
    [InlineData("/-", 1, 3, 65)]
    public void A_result_modulo_97_is_the_one_worked_out_by_hand(string symbol, int a, int b, int expected)
    {
        Assert.Equal(expected, Operation.Parse(symbol).Apply(a, b, 97));
    }

    [Fact]
    public void Addition_is_a_commutative_group_modulo_any_number()
    {
        foreach (var m in Moduli)
        {
            AssertGroup(m, (a, b) => Operation.Add.Apply(a, b, m), identity: 0, [.. Enumerable.Range(0, m)]);
            Assert.True(Operation.Add.IsCommutative(m));
        }
    }

    [Fact]
    public void Multiplication_without_0_is_a_commutative_group_modulo_a_prime()
    {
        var times = Operation.Parse("*");
        foreach (var p in Primes)
        {
            AssertGroup(p, (a, b) => times.Apply(a, b, p), identity: 1, [.. Enumerable.Range(1, p - 1)]);
            Assert.True(times.IsCommutative(p));
        }
    }

    [Fact]
    public void Subtraction_undoes_addition()
    {
        var minus = Operation.Parse("-");
        foreach (var m in Moduli)
        {
            ForAllPairs(m, (a, b) => Assert.Equal(a, minus.Apply(Operation.Add.Apply(a, b, m), b, m)));
        }
    }

    [Fact]
    public void Division_undoes_multiplication()
    {
        var (times, over) = (Operation.Parse("*"), Operation.Parse("/"));
        foreach (var p in (int[])[.. Primes, 97])
        {
            ForAllPairs(p, (a, b) =>
            {
                Assert.Equal(b != 0, over.IsDefined(a, b, p));
                if (b != 0)
                {
                    Assert.Equal(a, times.Apply(over.Apply(a, b, p), b, p));
                }
            });
        }
    }

    [Fact]
    public void An_inverse_modulo_1009_is_that_of_Fermats_little_theorem()
    {
        var over = Operation.Parse("/");
        for (var b = 1; b < 1009; b++)
        {
            Assert.Equal(BigInteger.ModPow(b, 1007, 1009), over.Apply(1, b, 1009));
        }
    }

    [Fact]
    public void The_mixed_operation_divides_by_odd_numbers_and_takes_even_ones_away()
    {
        var (mixed, over, minus) = (Operation.Parse("/-"), Operation.Parse("/"), Operation.Parse("-"));
        foreach (var p in Primes)
        {
            ForAllPairs(p, (a, b) => Assert.Equal((b % 2 == 1 ? over : minus).Apply(a, b, p), mixed.Apply(a, b, p)));
        }
    }

    [Fact]
    public void A_division_by_0_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => Operation.Parse("/").Apply(30, 0, 97));
        Assert.Equal("30 / 0 has no result modulo 97.", error.Message);
    }

    [Theory]
    [InlineData("+", 12, true, true)]
    [InlineData("-", 12, true, true)]
    [InlineData("*", 13, false, false)]
    [InlineData("s5:xy", 120, true, true)]
    [InlineData("s5:xyx-1", 120, true, false)]
    [InlineData("s5:xyx", 120, true, false)]
    public void A_row_and_a_column_of_a_groups_table_hold_each_number_once(string symbol, int size, bool rows, bool columns)
    {
        // x·y·x⁻¹ and x·y·x are a bijection of y for every x, but not of x for every y: x·x⁻¹ is always 1, and so is x·1·x for every x of order 2.
        var operation = Operation.Parse(symbol);
        var numbers = Enumerable.Range(0, size).ToList();
        Assert.Equal(rows, numbers.TrueForAll(a => numbers.Select(b => operation.Apply(a, b, size)).Distinct().Count() == size));
        Assert.Equal(columns, numbers.TrueForAll(b => numbers.Select(a => operation.Apply(a, b, size)).Distinct().Count() == size));
    }

    [Theory]
    [InlineData("+", 97, true)]
    [InlineData("-", 97, false)]
    [InlineData("-", 2, true)]
    [InlineData("*", 96, true)]
    [InlineData("/", 97, false)]
    [InlineData("/", 2, false)]
    [InlineData("/-", 97, false)]
    [InlineData("x2+y2", 97, true)]
    [InlineData("x2+xy+y2", 97, true)]
    [InlineData("x2+xy+y2+x", 97, false)]
    [InlineData("x3+xy", 97, false)]
    [InlineData("x3+xy2+y", 97, false)]
    [InlineData("s5:xy", 120, false)]
    [InlineData("s5:xyx-1", 120, false)]
    [InlineData("s5:xyx", 120, false)]
    public void Symmetry_is_where_the_formula_has_it(string symbol, int modulus, bool symmetric)
    {
        Assert.Equal(symmetric, Operation.Parse(symbol).IsCommutative(modulus));
    }

    [Theory]
    [MemberData(nameof(Dividing))]
    public void An_operation_that_divides_refuses_a_composite_modulus(string symbol)
    {
        var operation = Operation.Parse(symbol);
        foreach (var modulus in (int[])[-7, 0, 1, 4, 91, 96, 961, 1013, int.MaxValue])
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(() => operation.Apply(1, 1, modulus));
            Assert.StartsWith($"The modulus is {modulus}; for '{symbol}' it has to be a prime from 2 to 1009, such as 97.", error.Message);
        }
    }

    [Fact]
    public void S5_has_120_elements_and_refuses_any_other_number()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Operation.Parse("s5:xy").IsCommutative(97));
        Assert.StartsWith("The modulus is 97; for 's5:xy' it has to be 120.", error.Message);
        Assert.Equal(120, Operation.Parse("s5:xy").DefaultModulus);
        Assert.Equal(97, Operation.Add.DefaultModulus);
    }

    [Theory]
    [MemberData(nameof(Symbols))]
    public void A_symbol_is_one_word_of_its_own_that_reads_back(string symbol)
    {
        Assert.Same(Operation.Parse(symbol), Assert.Single(Operation.All, operation => operation.Symbol == symbol));
        Assert.DoesNotContain(' ', symbol);
        Assert.NotEqual("=", symbol);
        Assert.False(int.TryParse(symbol, out _));
    }

    [Fact]
    public void An_unknown_symbol_is_refused_with_those_that_there_are()
    {
        var error = Assert.Throws<ArgumentException>(() => Operation.Parse("%"));
        Assert.Equal(
            "There is no operation '%'; the operations are +, -, *, /, /-, x2+y2, x2+xy+y2, x2+xy+y2+x, x3+xy, x3+xy2+y, s5:xy, s5:xyx-1, s5:xyx.",
            error.Message);
    }

    private static BigInteger Exact(string symbol, BigInteger x, BigInteger y) => symbol switch
    {
        "+" => x + y,
        "-" => x - y,
        "*" => x * y,
        "x2+y2" => BigInteger.Pow(x, 2) + BigInteger.Pow(y, 2),
        "x2+xy+y2" => BigInteger.Pow(x, 2) + (x * y) + BigInteger.Pow(y, 2),
        "x2+xy+y2+x" => BigInteger.Pow(x, 2) + (x * y) + BigInteger.Pow(y, 2) + x,
        "x3+xy" => BigInteger.Pow(x, 3) + (x * y),
        "x3+xy2+y" => BigInteger.Pow(x, 3) + (x * BigInteger.Pow(y, 2)) + y,
        _ => throw new ArgumentException($"Write down what {symbol} is."),
    };

    private static void AssertGroup(int modulus, Func<int, int, int> product, int identity, int[] elements)
    {
        foreach (var a in elements)
        {
            Assert.Equal((a, a), (product(a, identity), product(identity, a)));
            Assert.Single(elements, b => product(a, b) == identity);
            foreach (var b in elements)
            {
                Assert.Contains(product(a, b), elements);
                Assert.Equal(product(a, b), product(b, a));
                foreach (var c in elements)
                {
                    Assert.Equal(product(product(a, b), c), product(a, product(b, c)));
                }
            }
        }

        Assert.InRange(elements.Length, 1, modulus);
    }

    private static void ForAllPairs(int modulus, Action<int, int> check)
    {
        for (var a = 0; a < modulus; a++)
        {
            for (var b = 0; b < modulus; b++)
            {
                check(a, b);
            }
        }
    }
}
