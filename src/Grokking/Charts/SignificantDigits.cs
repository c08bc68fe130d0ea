using System.Globalization;

namespace Grokking.Charts;

/// <summary>Five significant digits: exact to the eye at any zoom, and a third of the text of a double.</summary>
internal static class SignificantDigits
{
    public static double[] Round(IEnumerable<double> values) =>
        [.. values.Select(value => double.Parse(value.ToString("G5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))];
}
