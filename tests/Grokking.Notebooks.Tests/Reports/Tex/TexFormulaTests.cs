using System.Text.Json;
using System.Xml.Linq;
using Grokking.Reports.Tex;

namespace Grokking.Notebooks.Tests.Reports.Tex;

/// <summary>Formulas against what KaTeX makes of them (<c>katex.mjs</c> prints the record), and what is not set at all.</summary>
public sealed class TexFormulaTests
{
    private static readonly HashSet<string> Structure =
        ["mfrac", "msqrt", "mroot", "msub", "msup", "msubsup", "munder", "mover", "munderover", "mtable", "mtr"];

    private static readonly Dictionary<string, string> KaTeX =
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Reports", "Tex", "katex.json")))!;

    public static TheoryData<string> Formulas => [.. KaTeX.Keys];

    [Theory]
    [MemberData(nameof(Formulas))]
    public void A_formula_has_the_structure_that_KaTeX_gives_it(string tex) => Assert.Equal(KaTeX[tex], Skeleton(Set(tex)));

    [Theory]
    [InlineData(@"\mathbf{Wx}", "𝐖𝐱")]
    [InlineData(@"\mathbb{ERZ}", "𝔼ℝℤ")]
    [InlineData(@"\mathcal{LN}", "ℒ𝒩")]
    [InlineData(@"\mathrm{d}", "d")]
    [InlineData(@"\operatorname*{arg\,max}", "argmax")]
    public void An_alphabet_is_Unicodes(string tex, string text) => Assert.Equal(text, Skeleton(Set(tex)));

    [Fact]
    public void An_array_has_the_lines_that_its_columns_and_hline_ask_for() => Assert.Equal(
        ["tex-center tex-above tex-before", "tex-right tex-above tex-before tex-after", "tex-center tex-above tex-before tex-below", "tex-right tex-above tex-before tex-after tex-below"],
        Set(@"\begin{array}{|c|r|} \hline a & b \\ \hline 1 & 2 \\ \hline \end{array}").Descendants("mtd").Select(cell => cell.Attribute("class")!.Value));

    [Theory]
    [InlineData(@"\hat{x}", "ˆ^")]
    [InlineData(@"\bar{x}", "¯")]
    [InlineData(@"\vec{x}", "→")]
    [InlineData(@"\tilde{x}", "~")]
    public void An_accent_stands_over_its_letter(string tex, string marks)
    {
        var over = Assert.Single(Set(tex).Descendants("mover"));

        Assert.Equal("true", over.Attribute("accent")?.Value);
        Assert.Equal("x", over.Elements().First().Value);
        Assert.Contains(over.Elements().Last().Value, marks, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-x", null)]
    [InlineData("a = -x", "prefix")]
    [InlineData("(a) - x", null)]
    [InlineData("|a| - x", null)]
    [InlineData("2^{-1} - x", null)]
    public void A_minus_is_a_sign_where_nothing_stands_before_it(string tex, string? form) =>
        Assert.Equal(form, Set(tex).Descendants("mo").Last(mo => mo.Value == "−").Attribute("form")?.Value);

    [Theory]
    [InlineData(@"2\sin x", 2)]
    [InlineData(@"\sin(x)", 0)]
    [InlineData(@"\log_2 x", 1)]
    [InlineData(@"-\cos x", 1)]
    [InlineData(@"\max |x|", 1)]
    public void A_function_stands_off_from_what_it_is_applied_to_but_not_from_a_bracket(string tex, int spaces) =>
        Assert.Equal(spaces, Set(tex).Descendants("mspace").Count());

    [Theory]
    [InlineData(@"\newcommand{\x}{1} \x")]
    [InlineData(@"a \unknown b")]
    [InlineData(@"\frac{a}")]
    [InlineData(@"\left( x")]
    [InlineData(@"\right)")]
    [InlineData("a & b")]
    [InlineData("{a")]
    [InlineData("a}")]
    [InlineData("x^a^b")]
    [InlineData("x_")]
    [InlineData(@"\begin{align} a \end{aligned}")]
    [InlineData(@"\begin{tikzpicture} a \end{tikzpicture}")]
    [InlineData(@"\begin{array}{} a \end{array}")]
    [InlineData(@"\begin{array}{c|x} a & b \end{array}")]
    [InlineData(@"\text{if $x}")]
    [InlineData(@"\text{if $\unknown$}")]
    [InlineData(@"\color{expression(1)}{x}")]
    [InlineData("a $ b")]
    [InlineData("a \u0001 b")]
    public void What_is_not_known_is_not_set(string tex) => Assert.Null(TexFormula.ToMathMl(tex, display: true));

    [Theory]
    [InlineData("{")]
    [InlineData(@"\sqrt")]
    [InlineData("x^{")]
    [InlineData(@"\left(")]
    [InlineData(@"\not")]
    public void Deep_nesting_is_refused_not_followed(string opening) =>
        Assert.Null(TexFormula.ToMathMl(string.Concat(Enumerable.Repeat(opening, 20_000)), display: false));

    [Fact]
    public void The_TeX_itself_goes_with_it()
    {
        var tex = @"x_1*y_1 < \|W\|_2 \\ \text{a & b}";

        Assert.Equal(tex, Set(tex).Descendants("annotation").Single().Value);
    }

    [Fact]
    public void Only_a_formula_of_its_own_is_a_block()
    {
        Assert.Equal("block", Set("x").Attribute("display")?.Value);
        Assert.Null(XElement.Parse(TexFormula.ToMathMl("x", display: false)!).Attribute("display"));
    }

    private static XElement Set(string tex) => XElement.Parse(TexFormula.ToMathMl(tex, display: true) ?? throw new InvalidOperationException($"Not set: {tex}"));

    /// <summary>Structure and text, without spacing and rows: "mfrac[1;msub[a;i]]". KaTeX has other bars.</summary>
    private static string Skeleton(XElement element) => element.Name.LocalName switch
    {
        "annotation" or "mspace" => "",
        "mtd" => $"mtd[{string.Concat(element.Elements().Select(Skeleton))}]",
        var name when Structure.Contains(name) => $"{name}[{string.Join(';', element.Elements().Select(Skeleton))}]",
        _ when element.HasElements => string.Concat(element.Elements().Select(Skeleton)),
        _ => string.Concat(element.Value.Where(c => !char.IsWhiteSpace(c))).Replace('|', '∣').Replace('‖', '∥'),
    };
}
