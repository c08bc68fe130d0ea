using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Grokking.Reports.Tex;

/// <summary>A formula in TeX, read by recursive descent straight into MathML Core, which a browser sets without a script.</summary>
public sealed partial class TexFormula
{
    private const int DeepestNesting = 50;
    private readonly List<string> _tokens;
    private int _at;
    private int _depth;

    private TexFormula(string tex) => _tokens = [.. Tokens().Matches(tex).Select(match => match.Value.Trim()).Where(token => token is not ("" or ['%', ..]))];

    /// <summary>The formula as a <c>math</c> element that carries its TeX along; null where it says something that is not known here.</summary>
    /// <param name="tex">What stands between the delimiters.</param>
    /// <param name="display">Whether it has a line of its own.</param>
    public static string? ToMathMl(string tex, bool display)
    {
        try
        {
            var formula = new TexFormula(XmlConvert.VerifyXmlChars(tex));
            var lines = formula.Rows("d");
            var body = formula.Peek() != "" ? throw formula.Unknown() : lines.Elements().Count() > 1 ? lines : lines.Descendants("mrow").First();
            var math = new XElement("math", new XElement("semantics", body, new XElement("annotation", new XAttribute("encoding", "application/x-tex"), tex)));
            return With(math, "display", display ? "block" : null).ToString(SaveOptions.DisableFormatting);
        }
        catch (Exception error) when (error is FormatException or XmlException)
        {
            return null;
        }
    }

    private XElement Row(string end = "")
    {
        var row = new XElement("mrow");
        while (Peek() != end && Peek() is not ("" or "}" or "&" or [_, '\\', ..] or @"\right") && !Peek().StartsWith(@"\end{", StringComparison.Ordinal))
        {
            var item = Scripted(row);

            // A function stands off from its neighbours, but not from a bracket or a sign.
            if (row.LastNode is XElement last && (IsFunction(last) || IsFunction(item)) && (!IsSign(item) || Core(item).Value == "|") && !OpensOperand(last))
            {
                row.Add(Space("0.167em"));
            }

            row.Add(item);
        }

        return row;
    }

    private XElement Scripted(XElement row)
    {
        var atom = Peek() is "_" or "^" or "'" ? new XElement("mrow") : Atom(row);
        var limits = atom.Attribute("movablelimits") is not null || atom.LastNode is XElement { Value: "⏞" or "⏟" };
        if (Peek() is @"\limits" or @"\nolimits")
        {
            limits = Take() == @"\limits";
            atom.SetAttributeValue("movablelimits", "false");
        }

        XElement? below = null, above = null;
        while (Peek() is "_" or "^" or "'")
        {
            _ = Take() switch
            {
                "'" => above = new XElement("mrow", above, new XElement("mo", "′")),
                "_" when below is null => below = Argument(),
                "^" when above is null || above.Value.All(c => c == '′') => above = new XElement("mrow", above, Argument()),
                _ => throw Unknown(),
            };
        }

        // As in TeX, signs stand close in scripts.
        foreach (var sign in new[] { below, above }.SelectMany(script => script?.DescendantsAndSelf("mo") ?? []))
        {
            With(With(sign, "lspace", "0"), "rspace", "0");
        }

        var scripts = (below is null ? "" : limits ? "under" : "sub") + (above is null ? "" : limits ? "over" : "sup");
        return scripts == "" ? atom : new XElement("m" + scripts, atom, below, above);
    }

    private XElement Atom(XElement row)
    {
        _depth = _depth < DeepestNesting ? _depth + 1 : throw Unknown();
        var token = Take();
        var inside = token is ['\\', .., '}'] ? token[(token.IndexOf('{') + 1)..^1] : "";
        var words = Words(inside);
        var atom = TexSymbols.All.TryGetValue(token, out var symbol) ? Set(symbol.Kind, symbol.Text, row) : token.Split('{', ' ')[0] switch
        {
            "" when token == "{" => Closed(Row(), "}"),
            [>= '0' and <= '9', ..] => new XElement("mn", token),
            @"\frac" => new XElement("mfrac", Argument(), Argument()),
            @"\dfrac" or @"\cfrac" or @"\tfrac" => With(new XElement("mstyle", new XElement("mfrac", Argument(), Argument())), "displaystyle", token[1] == 't' ? "false" : "true"),
            @"\displaystyle" or @"\textstyle" => With(new XElement("mstyle", Row()), "displaystyle", token[1] == 't' ? "false" : "true"),
            @"\binom" => new XElement("mrow", Fence("(", "prefix", "true"), With(new XElement("mfrac", Argument(), Argument()), "linethickness", "0"), Fence(")", "postfix", "true")),
            @"\sqrt" when Skipped("[") => Swapped("mroot", Closed(Row("]"), "]")),
            @"\sqrt" => new XElement("msqrt", Argument()),
            @"\mod" or @"\bmod" => new XElement("mrow", Space(token[1] == 'm' ? "1em" : "0.222em"), new XElement("mi", "mod"), Space("0.222em")),
            @"\pmod" => new XElement("mrow", Space("1em"), Fence("(", "prefix"), new XElement("mi", "mod"), Space("0.333em"), Argument(), Fence(")", "postfix")),
            @"\operatorname" or @"\operatorname*" => Set(token.Contains('*', StringComparison.Ordinal) ? "limit" : "tight", words, row),
            @"\text" or @"\mbox" or @"\textrm" => TextWithFormulas(inside),
            @"\textcolor" or @"\color" => Coloured(Argument().Value),
            @"\xrightarrow" or @"\xleftarrow" => new XElement("mover", new XElement("mo", new XAttribute("stretchy", "true"), token[2] == 'r' ? "→" : "←"), Padded(Argument())),
            @"\tag" => new XElement("mrow", Space("2em"), Text($"({words})")),
            @"\left" => new XElement("mrow", Delimiter("prefix"), Closed(Row(), @"\right"), Delimiter("postfix")),
            @"\middle" => Delimiter(null),
            @"\overset" or @"\stackrel" => Swapped("mover", Argument()),
            @"\underset" => Swapped("munder", Argument()),
            @"\not" => new XElement("mo", Argument().Value + '\u0338'),
            @"\begin" => Environment(words),
            @"\" => Space("0.333em"),
            @"\label" or @"\nonumber" or @"\notag" => new XElement("mrow"),
            ['\\', ..] or "#" or "$" or "" => throw Unknown(),
            _ => new XElement(Rune.IsLetter(token.EnumerateRunes().First()) ? "mi" : "mo", token),
        };
        _depth--;
        return atom;
    }

    private XElement Set(string kind, string text, XElement row) => kind switch
    {
        "letter" => new XElement("mi", text),
        "upright" => new XElement("mi", new XAttribute("mathvariant", "normal"), text),
        "operator" => With(new XElement("mo", text), "form", text is "+" or "−" or "±" or "∓" && row.LastNode is XElement last && OpensOperand(last) ? "prefix" : null),
        "sum" => new XElement("mo", new XAttribute("movablelimits", "true"), text),
        "limit" => With(Tight(text), "movablelimits", "true"),
        "tight" => Tight(text),
        "prefix" or "postfix" => Fence(text, kind),
        "fence" => Fence(text, row.Elements().Count(element => Core(element).Value == text) % 2 == 0 ? "prefix" : "postfix"),
        "space" => Space(text),
        "over" or "wideover" => new XElement("mover", new XAttribute("accent", "true"), Argument(), With(new XElement("mo", text), "stretchy", kind == "over" ? "false" : "true")),
        "line" => new XElement("mrow", new XAttribute("class", $"tex-{text}"), Argument()),
        "wideunder" => new XElement("munder", new XAttribute("accentunder", "true"), Argument(), new XElement("mo", new XAttribute("stretchy", "true"), text)),
        "alphabet" => InAlphabet(text, Argument()),
        "size" => new XElement("mrow", With(With(Delimiter(null), "minsize", text), "maxsize", text)),
        _ => throw Unknown(),
    };

    private XElement Environment(string name)
    {
        var look = TexSymbols.All.GetValueOrDefault(name.TrimEnd('*')) is { Kind: "table", Text: var found } ? found : throw Unknown();
        var table = Rows(name == "array" ? Argument().Value.Replace("∣", "|", StringComparison.Ordinal) : look[1..^1]);
        var (open, close) = (look[0] == '.' ? null : Fence(look[..1], "prefix", "true"), look[^1] == '.' ? null : Fence(look[^1..], "postfix", "true"));
        return Take() == $@"\end{{{name}}}" ? new XElement("mrow", open, table, close) : throw Unknown();
    }

    /// <summary>Lines of cells. The columns go round: r, c and l as in an array, d for a formula of its own.</summary>
    private XElement Rows(string columns)
    {
        var rules = columns.Split(['r', 'c', 'l', 'd']).Select(between => between.Contains('|', StringComparison.Ordinal)).ToList();
        columns = columns.Replace("|", "", StringComparison.Ordinal);
        var formulas = columns is "rl" or "d";
        var table = With(new XElement("mtable"), "displaystyle", formulas ? "true" : null);
        do
        {
            var line = new XElement("mtr");
            var ruled = Skipped(@"\hline");
            while (Skipped(@"\hline"))
            {
            }

            do
            {
                var column = line.Elements().Count();
                var align = columns.ElementAtOrDefault(column % Math.Max(columns.Length, 1)) switch { 'r' => "right", 'l' => "left", 'c' or 'd' => "center", _ => throw Unknown() };

                // A sign that opens a right side has the left one before it.
                var left = formulas && align == "left" ? new XElement("mrow") : null;
                var look = (formulas ? " tex-line" : "") + (ruled ? " tex-above" : "") + (Rule(column) ? " tex-before" : "") + (column == columns.Length - 1 && Rule(column + 1) ? " tex-after" : "");
                line.Add(new XElement("mtd", new XAttribute("class", $"tex-{align}{look}"), left, Row()));
            }
            while (columns != "d" && Skipped("&"));

            table.Add(line);
        }
        while (Peek() is [_, '\\', ..] && Take() != "" && !LastRule() && !Peek().StartsWith(@"\end{", StringComparison.Ordinal) && Peek() != "");

        return table;

        bool Rule(int column) => rules.ElementAtOrDefault(column);

        // A rule below the last line has no cells of its own.
        bool LastRule()
        {
            if (Peek() != @"\hline" || _tokens.ElementAtOrDefault(_at + 1)?.StartsWith(@"\end{", StringComparison.Ordinal) != true)
            {
                return false;
            }

            Take();
            foreach (var cell in table.Elements().Last().Elements())
            {
                cell.SetAttributeValue("class", $"{cell.Attribute("class")!.Value} tex-below");
            }

            return true;
        }
    }

    private XElement Delimiter(string? form) => Take() switch
    {
        "." => new XElement("mrow"),
        "<" => Fence("⟨", form, "true"),
        ">" => Fence("⟩", form, "true"),
        var token when TexSymbols.All.GetValueOrDefault(token) is { Kind: "prefix" or "postfix" or "fence" } fence => Fence(fence.Text, form, "true"),
        _ => throw Unknown(),
    };

    private static XElement InAlphabet(string alphabet, XElement group)
    {
        foreach (var leaf in group.DescendantsAndSelf().Where(element => element.Name.LocalName is "mi" or "mn"))
        {
            With(leaf, "mathvariant", "normal").Value = TexSymbols.InAlphabet(alphabet, leaf.Value);
        }

        return group;
    }

    /// <summary>One token, of a number one digit, or a group in braces.</summary>
    private XElement Argument()
    {
        if (Peek() is [>= '0' and <= '9', _, ..] number)
        {
            _tokens[_at] = number[1..];
            return new XElement("mn", number[..1]);
        }

        return Peek() is "}" or "&" or "^" or "_" or "'" or [_, '\\', ..] ? throw Unknown() : Atom(new XElement("mrow"));
    }

    private XElement Swapped(string name, XElement last) => new(name, Argument(), last);

    private XElement Closed(XElement row, string end) => Skipped(end) ? row : throw Unknown();

    private static XElement Fence(string text, string? form, string stretchy = "false") => With(With(Tight(text), "form", form), "stretchy", stretchy);
    private static XElement Tight(string text) => new("mo", new XAttribute("lspace", "0"), new XAttribute("rspace", "0"), text.Replace('~', '\u00a0'));
    private static string Words(string inside) => inside.Replace(@"\,", "~", StringComparison.Ordinal).Replace(@"\", "", StringComparison.Ordinal);

    private static XElement TextWithFormulas(string inside)
    {
        var parts = UnescapedDollar().Split(inside);
        return parts.Length == 1 ? Text(Words(inside)) : new XElement("mrow", parts.Select((part, i) =>
        {
            if (i % 2 == 0)
            {
                return Text(Words(part));
            }

            var formula = new TexFormula(part);
            var row = formula.Row();
            return formula.Peek() == "" ? row : throw formula.Unknown();
        }));
    }

    private XElement Coloured(string colour) => ColourName().IsMatch(colour)
        ? new XElement("mstyle", new XAttribute("mathcolor", colour), Argument())
        : throw Unknown();

    private static XElement Padded(XElement label) => new("mrow", Space("0.5em"), label, Space("0.5em"));

    private static XElement Text(string text) => new("mtext", text.Replace('~', ' ').Replace(' ', '\u00a0'));
    private static XElement Space(string width) => new("mspace", new XAttribute("width", width));

    private static XElement With(XElement element, string name, string? value)
    {
        element.SetAttributeValue(name, value);
        return element;
    }

    /// <summary>What has the scripts, where it has any.</summary>
    private static XElement Core(XElement element) => element.Name.LocalName is ['m', 's' or 'u' or 'o', 'u' or 'n' or 'v', ..] ? Core(element.Elements().First()) : element;

    private static bool IsFunction(XElement element) => Core(element) is { Name.LocalName: "mo", Value: [var first, ..] } && char.IsLetter(first);
    private static bool IsSign(XElement element) => Core(element).Name.LocalName == "mo" && !IsFunction(element);
    private static bool OpensOperand(XElement element) => IsSign(element) && Core(element).Attribute("form")?.Value != "postfix";

    private FormatException Unknown() => new($"Not known before token {_at}.");

    private string Peek() => _at < _tokens.Count ? _tokens[_at] : "";
    private string Take() => _at < _tokens.Count ? _tokens[_at++] : "";
    private bool Skipped(string token) => Peek() == token && _at++ >= 0;

    /// <summary>A command with the text that only it can read, a command, a line's end with its space, a comment, a number, or a character.</summary>
    [GeneratedRegex("""\\(?:text|mbox|textrm|tag|label|operatorname\*?|begin|end)\s*\{(?:[^{}\\$]|\\[_%&#$, ]|\$[^$]*\$)*\}|\\[a-zA-Z]+|\\\\\*?(?:\[[-.0-9]+\s*[a-z]+\])?|%[^\n]*|[0-9]+(?:\.[0-9]+)?|\\?(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|.|\n)""")]
    private static partial Regex Tokens();

    [GeneratedRegex(@"(?<!\\)\$")]
    private static partial Regex UnescapedDollar();

    [GeneratedRegex("^[A-Za-z]+$")]
    private static partial Regex ColourName();
}
