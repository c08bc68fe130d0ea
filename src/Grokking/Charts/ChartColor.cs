namespace Grokking.Charts;

/// <summary>
/// Colours of the Okabe–Ito palette, and a grey: told apart by colour-blind readers, and each at least 3:1 against white and
/// against VS Code's dark background.
/// </summary>
internal static class ChartColor
{
    public const string Blue = "#0072b2";
    public const string Vermilion = "#d55e00";
    public const string Green = "#009e73";
    public const string Grey = "#808080";
    public const string Purple = "#cc79a7";

    /// <summary>One colour per line; after four, the first again.</summary>
    public static string Of(int line) => (line % 4) switch { 0 => Blue, 1 => Vermilion, 2 => Green, _ => Purple };
}
