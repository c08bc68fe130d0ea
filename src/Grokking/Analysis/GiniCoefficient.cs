namespace Grokking.Analysis;

/// <summary>The Gini coefficient: how unequally a quantity is spread.</summary>
public static class GiniCoefficient
{
    /// <summary>
    /// <c>1 − 2 Σᵢ (x₍ᵢ₎ / Σx) · (n − i + ½) / n</c> with the values sorted from the smallest, <c>i</c> from 1 to n: 0
    /// where all are equal (or all 0), <c>1 − 1/n</c> where one value has everything, <c>1 − m/n</c> where m share it
    /// equally. Formula: Hurley and Rickard, Comparing Measures of Sparsity, arXiv 0811.4706.
    /// </summary>
    /// <param name="values">Values that are not negative, at least one.</param>
    /// <exception cref="ArgumentException">There are no values, or one is negative or not finite.</exception>
    public static double Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        foreach (var value in sorted)
        {
            if (!(double.IsFinite(value) && value >= 0))
            {
                throw new ArgumentException(
                    $"The Gini coefficient was asked of {value}; all values have to be finite and at least 0.", nameof(values));
            }
        }

        if (sorted.Length == 0)
        {
            throw new ArgumentException("The Gini coefficient was asked of no values; give at least one.", nameof(values));
        }

        var total = sorted.Sum();
        return total > 0
            ? 1 - (2 * sorted.Select((value, i) => value / total * (sorted.Length - i - 0.5)).Sum() / sorted.Length)
            : 0;
    }
}
