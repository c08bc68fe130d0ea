namespace Grokking.Data;

/// <summary>
/// S5, the group of all permutations of five things. An element is a number: the place of its permutation among all 120
/// in lexicographic order, so that 0 is the identity and 119 reverses the order.
/// </summary>
internal static class SymmetricGroup
{
    /// <summary>The number of elements, 5! = 120.</summary>
    public const int Order = 120;

    private const int Things = 5;

    private static readonly int[][] Permutations = [.. Arrange([], Enumerable.Range(0, Things))];
    private static readonly Dictionary<int, int> Numbers = Permutations.Index().ToDictionary(pair => Key(pair.Item), pair => pair.Index);

    /// <summary>Where an element sends each of the five things, <c>[5]</c>: thing <c>i</c> goes to the place <c>[i]</c>.</summary>
    /// <exception cref="IndexOutOfRangeException">The number is not from 0 to 119.</exception>
    public static ReadOnlySpan<int> PermutationOf(int element) => Permutations[element];

    /// <summary>The product x·y, composed as functions: first y, then x.</summary>
    /// <exception cref="IndexOutOfRangeException">A number is not from 0 to 119.</exception>
    public static int Product(long x, long y) => Numbers[Key(Permutations[y].Select(thing => Permutations[x][thing]))];

    /// <summary>The element that undoes x.</summary>
    /// <exception cref="IndexOutOfRangeException">The number is not from 0 to 119.</exception>
    public static int Inverse(long x) => Numbers[Key(Enumerable.Range(0, Things).Select(thing => Array.IndexOf(Permutations[x], thing)))];

    private static IEnumerable<int[]> Arrange(int[] placed, IEnumerable<int> left) =>
        placed.Length == Things
            ? [placed]
            : left.SelectMany(thing => Arrange([.. placed, thing], left.Where(other => other != thing)));

    private static int Key(IEnumerable<int> permutation) => permutation.Aggregate(0, (key, place) => (key * Things) + place);
}
