using System.Globalization;
using System.Numerics;

namespace Grokking.Cli;

/// <summary>The number after an option, read alike in every country.</summary>
internal static class OptionValue
{
    /// <summary>A time such as <c>30s</c>, <c>10m</c> or <c>2h</c>; none where the option is not given.</summary>
    /// <exception cref="RequestException">The text is no such time.</exception>
    public static TimeSpan Time(string option, string? text) => text switch
    {
        null => TimeSpan.Zero,
        [.. var number, 's'] when Count(number) is { } count => TimeSpan.FromSeconds(count),
        [.. var number, 'm'] when Count(number) is { } count => TimeSpan.FromMinutes(count),
        [.. var number, 'h'] when Count(number) is { } count => TimeSpan.FromHours(count),
        _ => throw new RequestException($"{option} takes a time, such as 30s, 10m or 2h, not {text}."),
    };

    private static int? Count(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count < 10_000 ? count : null;

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
