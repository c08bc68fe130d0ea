namespace Grokking.Charts;

/// <summary>
/// Colours of the Okabe–Ito palette, and a grey: told apart by colour-blind readers, and each at least 3:1 against white and
/// against VS Code's dark background.
/// </summary>
public static class ChartColor
{
    /// <summary>Training, and whatever comes first.</summary>
    public const string Blue = "#0072b2";
    /// <summary>Validation, and whatever comes second.</summary>
    public const string Vermilion = "#d55e00";
    /// <summary>A third line.</summary>
    public const string Green = "#009e73";
    /// <summary>What the others are compared with.</summary>
    public const string Grey = "#808080";
    /// <summary>A fourth line.</summary>
    public const string Purple = "#cc79a7";

    /// <summary>One colour per line; after four, the first again.</summary>
    public static string Of(int line) => (line % 4) switch { 0 => Blue, 1 => Vermilion, 2 => Green, _ => Purple };
}
