namespace Grokking.Reports.Contents;

/// <summary>What links call a heading: each host makes the name after the <c>#</c> in its own way.</summary>
public static class HeadingSpelling
{
    private const string DroppedByVsCode = "][!/'\"#$%&()*+,./:;<=>?@\\^{|}~`。，、；：？！…—·";

    /// <summary>Lower case, words joined by a hyphen: the heading's id in a report.</summary>
    public static string Plain(string text)
    {
        var lower = text.ToLowerInvariant();
        return string.Join('-', lower.Split([.. lower.Where(c => !char.IsLetterOrDigit(c))], StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Lower case, a hyphen for each space; all else but letters, digits, hyphens and underscores goes.</summary>
    public static string GitHub(string text) =>
        string.Concat(text.Trim().ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_').Select(c => c == ' ' ? '-' : c));

    /// <summary>A hyphen for each space; all else stays.</summary>
    public static string Jupyter(string text) => text.Trim().Replace(' ', '-');

    /// <summary>Lower case, a hyphen for each run of spaces; punctuation goes, then hyphens at the ends.</summary>
    public static string VsCode(string text) =>
        string.Concat(string.Join('-', text.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(c => !DroppedByVsCode.Contains(c, StringComparison.Ordinal))).Trim('-');
}
