using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Grokking.Reports.Formulas;

/// <summary>
/// Finds formulas as notebooks write them: <c>$…$</c>, <c>$$…$$</c>, <c>\(…\)</c>, <c>\[…\]</c> (also with Jupyter's second
/// backslash), and <c>\begin{align}…</c>. Money stays money by pandoc's rule: the first dollar has no space after it, the
/// last one none before it and no digit after it.
/// </summary>
public static partial class FormulaFinder
{
    /// <summary>The formula that begins at a place, or null.</summary>
    /// <param name="text">What the formula stands in.</param>
    /// <param name="start">Where a dollar or a backslash is.</param>
    /// <param name="end">How far the formula may go, exclusive.</param>
    public static Formula? At(string text, int start, int end)
    {
        var rest = text.AsSpan(start, end - start);
        if (rest is ['$', '$', ..])
        {
            return Until(text, start, end, "$$", "$$", display: true);
        }

        // GitHub's.
        if (rest is ['$', '`', ..])
        {
            return Until(text, start, end, "$`", "`$", display: false);
        }

        if (rest is ['$', ..])
        {
            return Dollars(text, start, end);
        }

        foreach (var (open, close, display) in Brackets)
        {
            if (rest.StartsWith(open, StringComparison.Ordinal))
            {
                return Until(text, start, end, open, close, display) is { } formula && (open != @"\[" || IsNoEscapedBracket(text, start, formula)) ? formula : null;
            }
        }

        return Environment(text, start, end);
    }

    /// <summary>Text as HTML, with its formulas set: how a <c>text/latex</c> output is shown.</summary>
    public static string ToHtml(string text) => Replace(text, WebUtility.HtmlEncode);

    /// <summary>HTML with the formulas in its text set; those in tags, code and scripts stay.</summary>
    public static string InHtml(string html)
    {
        var output = new StringBuilder();
        var written = 0;
        foreach (Match kept in NoText().Matches(html))
        {
            output.Append(Replace(html[written..kept.Index], text => text, WebUtility.HtmlDecode)).Append(kept.Value);
            written = kept.Index + kept.Length;
        }

        return output.Append(Replace(html[written..], text => text, WebUtility.HtmlDecode)).ToString();
    }

    private static readonly (string Open, string Close, bool Display)[] Brackets =
        [(@"\(", @"\)", false), (@"\[", @"\]", true), (@"\\(", @"\\)", false), (@"\\[", @"\\]", true)];

    private static string Replace(string text, Func<string, string> around, Func<string, string>? tex = null)
    {
        var output = new StringBuilder();
        var written = 0;
        for (var at = text.AsSpan().IndexOfAny('$', '\\'); at >= 0 && at < text.Length;)
        {
            if (At(text, at, text.Length) is { } formula)
            {
                output.Append(around(text[written..at])).Append((tex is null ? formula : formula with { Tex = tex(formula.Tex), Source = tex(formula.Source) }).ToHtml());
                written = at + formula.Source.Length;
                at = written;
            }
            else
            {
                at += text[at] == '\\' ? 2 : 1;
            }

            var next = at < text.Length ? text.AsSpan(at).IndexOfAny('$', '\\') : -1;
            at = next < 0 ? text.Length : at + next;
        }

        return output.Append(around(text[written..])).ToString();
    }

    private static Formula? Until(string text, int start, int end, string open, string close, bool display)
    {
        for (var at = start + open.Length; at + close.Length <= end; at++)
        {
            if (string.CompareOrdinal(text, at, close, 0, close.Length) == 0)
            {
                var tex = text[(start + open.Length)..at];
                return string.IsNullOrWhiteSpace(tex) ? null : new Formula(text[start..(at + close.Length)], tex, display);
            }

            at += text[at] == '\\' ? 1 : 0;
        }

        return null;
    }

    private static Formula? Dollars(string text, int start, int end)
    {
        var depth = 0;
        for (var at = start + 1; at < end; at++)
        {
            switch (text[at])
            {
                case '\\':
                    at++;
                    break;
                case '{':
                    depth++;
                    break;
                case '}':
                    depth--;
                    break;
                case '`':
                    return null;
                case '$' when depth <= 0:
                    return at == start + 1 || char.IsWhiteSpace(text[start + 1]) || char.IsWhiteSpace(text[at - 1]) || (at + 1 < end && char.IsAsciiDigit(text[at + 1])) || Tag().IsMatch(text.AsSpan(start, at - start))
                        ? null : new Formula(text[start..(at + 1)], text[(start + 1)..at], Display: false);
            }
        }

        return null;
    }

    /// <summary>Markdown escapes brackets the same way, so a formula has a line of its own, or says something in TeX.</summary>
    private static bool IsNoEscapedBracket(string text, int start, Formula formula)
    {
        var after = start + formula.Source.Length;
        return (text.AsSpan(0, start).TrimEnd(' ') is [] or [.., '\n'] && text.AsSpan(after).TrimStart(' ') is [] or ['\n' or '\r', ..])
            || formula.Tex.AsSpan().ContainsAny(@"\^_={}");
    }

    private static Formula? Environment(string text, int start, int end)
    {
        if (Begin().Match(text, start, end - start) is not { Success: true } begin)
        {
            return null;
        }

        var (open, close) = (begin.Value, $@"\end{{{begin.Groups[1].Value}}}");
        var depth = 1;
        for (var at = start + open.Length; at < end;)
        {
            var closing = text.IndexOf(close, at, end - at, StringComparison.Ordinal);
            if (closing < 0)
            {
                return null;
            }

            depth += Occurrences(text[at..closing], open) - 1;
            at = closing + close.Length;
            if (depth == 0)
            {
                return new Formula(text[start..at], text[start..at], Display: true);
            }
        }

        return null;
    }

    private static int Occurrences(string text, string of) => text.Split(of).Length - 1;

    [GeneratedRegex("</?[a-zA-Z][^<>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\G\\begin\{([a-zA-Z]+\*?)\}")]
    private static partial Regex Begin();

    [GeneratedRegex(@"<!--.*?-->|<(pre|code|script|style|textarea|math|svg)\b.*?</\1\s*>|<[a-zA-Z/!?][^>]*>", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex NoText();
}
