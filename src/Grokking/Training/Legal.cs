using System.Globalization;
using System.Numerics;

namespace Grokking.Training;

/// <summary>What a setting may be. Each gives the value back, or says in one sentence what would be right.</summary>
internal static class Legal
{
    public static double AtLeast0(double value, string what, string example) =>
        Require(value, value >= 0 && float.IsFinite((float)value), what, $"0 or more, such as {example}");

    public static double Above0(double value, string what, string example) =>
        Require(value, (float)value > 0 && float.IsFinite((float)value), what, $"above 0 as a float32 number, such as {example}");

    public static double From0Below1(double value, string what, string example) =>
        Require(value, value is >= 0 and < 1, what, $"from 0 to below 1, such as {example}");

    public static int AtLeast(int value, int least, string what, string example) =>
        Require(value, value >= least, what, $"at least {least}, such as {example}");

    public static int Width(int value, string what) => FromTo(value, 1, 4096, what)!.Value;

    public static int? Threads(int? value) => FromTo(value, 1, 256, "number of threads");

    public static int? FromTo(int? value, int least, int most, string what) =>
        value is { } number ? Require(number, number >= least && number <= most, what, $"from {least} to {most}") : null;

    private static T Require<T>(T value, bool right, string what, string expected)
        where T : INumber<T> => right
        ? value
        : throw new ArgumentOutOfRangeException(
            null, $"The {what} is {value.ToString(null, CultureInfo.InvariantCulture)}; it has to be {expected}.");
}
