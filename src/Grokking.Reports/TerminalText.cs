using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Grokking.Reports;

/// <summary>Text meant for a terminal as HTML: escaped, colours as spans, what a carriage return overwrote left out.</summary>
internal static partial class TerminalText
{
    public static string ToHtml(string text)
    {
        text = Overwritten().Replace(text.Replace("\r\n", "\n"), "");
        var html = new StringBuilder();
        var style = new Style();
        var written = 0;
        foreach (Match sequence in Escape().Matches(text))
        {
            style.Write(html, text[written..sequence.Index]);
            written = sequence.Index + sequence.Length;
            if (sequence.Groups["sgr"] is { Success: true } codes)
            {
                style = style.Apply(codes.Value);
            }
        }

        style.Write(html, text[written..]);
        return html.ToString();
    }

    /// <summary>A line's start up to its last carriage return.</summary>
    [GeneratedRegex(@"^.*\r(?=[^\n])", RegexOptions.Multiline)]
    private static partial Regex Overwritten();

    /// <summary>ECMA-48: a colour (SGR), any other control sequence, an operating system command, any other escape.</summary>
    [GeneratedRegex(@"\x1b\[(?<sgr>[0-9;:]*)m|\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)|\x1b[^\[\]]?|\x9b[0-?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f]")]
    private static partial Regex Escape();

    /// <summary>Named colours are classes, which the page's theme decides; others come near to what was asked.</summary>
    private readonly record struct Style(string? Front, string? Back, bool Bold, bool Italic, bool Underline)
    {
        public Style Apply(string codes)
        {
            var style = this;
            var numbers = codes.Split(';', ':').Select(c => int.TryParse(c, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0).ToArray();
            for (var i = 0; i < numbers.Length; i++)
            {
                style = numbers[i] switch
                {
                    0 => default,
                    1 => style with { Bold = true },
                    3 => style with { Italic = true },
                    4 => style with { Underline = true },
                    22 => style with { Bold = false },
                    23 => style with { Italic = false },
                    24 => style with { Underline = false },
                    >= 30 and <= 37 => style with { Front = Named(numbers[i] - 30) },
                    38 => style with { Front = Extended(numbers, ref i) },
                    39 => style with { Front = null },
                    >= 40 and <= 47 => style with { Back = Named(numbers[i] - 40) },
                    48 => style with { Back = Extended(numbers, ref i) },
                    49 => style with { Back = null },
                    >= 90 and <= 97 => style with { Front = Named(numbers[i] - 90) },
                    >= 100 and <= 107 => style with { Back = Named(numbers[i] - 100) },
                    _ => style,
                };
            }

            return style;
        }

        public void Write(StringBuilder html, string text)
        {
            if (text.Length == 0)
            {
                return;
            }

            var css = string.Concat(
                Front is null ? "" : $"--front:{Front};",
                Back is null ? "" : $"--back:{Back};",
                Bold ? "font-weight:bold;" : "",
                Italic ? "font-style:italic;" : "",
                Underline ? "text-decoration:underline;" : "");
            var encoded = WebUtility.HtmlEncode(text);
            if (css.Length == 0)
            {
                html.Append(encoded);
                return;
            }

            html.Append("<span class=\"ansi").Append(Front is null ? "" : " front").Append(Back is null ? "" : " back")
                .Append("\" style=\"").Append(css).Append("\">").Append(encoded).Append("</span>");
        }

        private static string Named(int colour) => $"var(--ansi-{colour})";

        /// <summary>The colour after a 38 or 48: <c>5;n</c> of 256, or <c>2;r;g;b</c>.</summary>
        private static string? Extended(int[] numbers, ref int i)
        {
            if (i + 2 < numbers.Length && numbers[i + 1] == 5)
            {
                i += 2;
                return Indexed(numbers[i]);
            }

            if (i + 4 < numbers.Length && numbers[i + 1] == 2)
            {
                i += 4;
                return $"rgb({numbers[i - 2]} {numbers[i - 1]} {numbers[i]})";
            }

            i = numbers.Length;
            return null;
        }

        /// <summary>xterm's 256 colours: 16 named, a cube of 6 × 6 × 6, 24 greys.</summary>
        private static string Indexed(int n)
        {
            if (n < 16)
            {
                return Named(n % 8);
            }

            if (n >= 232)
            {
                var grey = 8 + (10 * (Math.Min(n, 255) - 232));
                return $"rgb({grey} {grey} {grey})";
            }

            static int Level(int step) => step == 0 ? 0 : 55 + (40 * step);
            return $"rgb({Level((n - 16) / 36)} {Level((n - 16) / 6 % 6)} {Level((n - 16) % 6)})";
        }
    }
}
