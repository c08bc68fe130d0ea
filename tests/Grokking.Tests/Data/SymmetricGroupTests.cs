using Grokking.Data;
using MathNet.Numerics.LinearAlgebra;

namespace Grokking.Tests.Data;

public sealed class SymmetricGroupTests
{
    private static readonly List<int> Elements = [.. Enumerable.Range(0, SymmetricGroup.Order)];

    /// <summary>The permutation matrix of every element, by MathNet: column i has its 1 in the row that i goes to.</summary>
    private static readonly Matrix<double>[] Matrices =
        [.. Elements.Select(element => Matrix<double>.Build.DenseOfRowArrays(Rows(SymmetricGroup.PermutationOf(element).ToArray())))];

    [Fact]
    public void The_elements_are_all_permutations_of_five_things_in_lexicographic_order()
    {
        var texts = Elements.ConvertAll(element => string.Concat(SymmetricGroup.PermutationOf(element).ToArray()));
        var expected = Enumerable.Range(1234, 43210 - 1234 + 1).Select(number => $"{number:D5}").Where(text => string.Concat(text.Order()) == "01234");
        Assert.Equal(expected, texts);
    }

    [Fact]
    public void A_product_is_the_product_of_permutation_matrices()
    {
        foreach (var x in Elements)
        {
            foreach (var y in Elements)
            {
                Assert.Equal(Matrices[x] * Matrices[y], Matrices[SymmetricGroup.Product(x, y)]);
            }
        }
    }

    [Fact]
    public void An_inverse_is_the_transposed_permutation_matrix()
    {
        Assert.All(Elements, x => Assert.Equal(Matrices[x].Transpose(), Matrices[SymmetricGroup.Inverse(x)]));
    }

    [Fact]
    public void The_group_laws_hold()
    {
        foreach (var x in Elements)
        {
            Assert.Equal((x, x), (SymmetricGroup.Product(x, 0), SymmetricGroup.Product(0, x)));
            Assert.Equal((0, 0), (SymmetricGroup.Product(x, SymmetricGroup.Inverse(x)), SymmetricGroup.Product(SymmetricGroup.Inverse(x), x)));
        }

        var random = new Random(1);
        for (var i = 0; i < 10_000; i++)
        {
            var (x, y, z) = (random.Next(120), random.Next(120), random.Next(120));
            Assert.Equal(
                SymmetricGroup.Product(SymmetricGroup.Product(x, y), z), SymmetricGroup.Product(x, SymmetricGroup.Product(y, z)));
        }
    }

    [Fact]
    public void Half_the_elements_are_even_and_parity_multiplies()
    {
        var parity = Elements.ConvertAll(element => (int)Math.Round(Matrices[element].Determinant()));
        Assert.Equal(60, parity.Count(sign => sign == 1));
        var (product, conjugate, sandwich) = (Operation.Parse("s5:xy"), Operation.Parse("s5:xyx-1"), Operation.Parse("s5:xyx"));
        foreach (var x in Elements)
        {
            foreach (var y in Elements)
            {
                Assert.Equal(parity[x] * parity[y], parity[product.Apply(x, y, 120)]);
                Assert.Equal(parity[y], parity[conjugate.Apply(x, y, 120)]);
                Assert.Equal(parity[y], parity[sandwich.Apply(x, y, 120)]);
            }
        }
    }

    [Fact]
    public void The_three_operations_are_the_papers_formulas_in_matrices()
    {
        var (product, conjugate, sandwich) = (Operation.Parse("s5:xy"), Operation.Parse("s5:xyx-1"), Operation.Parse("s5:xyx"));
        var random = new Random(2);
        for (var i = 0; i < 2_000; i++)
        {
            var (x, y) = (random.Next(120), random.Next(120));
            Assert.Equal(Matrices[x] * Matrices[y], Matrices[product.Apply(x, y, 120)]);
            Assert.Equal(Matrices[x] * Matrices[y] * Matrices[x].Transpose(), Matrices[conjugate.Apply(x, y, 120)]);
            Assert.Equal(Matrices[x] * Matrices[y] * Matrices[x], Matrices[sandwich.Apply(x, y, 120)]);
        }
    }

    private static double[][] Rows(int[] permutation) =>
        [.. Enumerable.Range(0, 5).Select(row => Enumerable.Range(0, 5).Select(column => permutation[column] == row ? 1.0 : 0).ToArray())];
}
