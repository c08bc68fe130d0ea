using System.Globalization;
using System.Numerics;

namespace Grokking.Cli;

/// <summary>The number after an option, read alike in every country.</summary>
internal static class OptionValue
{
    /// <summary>The number, or the default where the option is not given.</summary>
    /// <exception cref="RequestException">The text is no number of this type.</exception>
    public static T Number<T>(string option, string? text, T otherwise)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        if (text is null)
        {
            return otherwise;
        }

        if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        var kind = typeof(T) == typeof(double) ? "a number" : $"a whole number {(T.MinValue < T.Zero ? "up" : "from 0")} to {T.MaxValue}";
        throw new RequestException(FormattableString.Invariant($"{option} takes {kind}, such as {otherwise}, not {text}."));
    }
}
