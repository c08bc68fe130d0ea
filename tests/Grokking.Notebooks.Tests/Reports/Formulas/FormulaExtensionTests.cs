using System.Net;
using System.Text.RegularExpressions;
using Grokking.Reports.Formulas;
using Markdig;

namespace Grokking.Notebooks.Tests.Reports.Formulas;

/// <summary>What is a formula in markdown, and what only looks like one.</summary>
public sealed partial class FormulaExtensionTests
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseEmphasisExtras().UseAutoLinks().Use<FormulaExtension>().Build();

    [Theory]
    [InlineData("so $x_1*y_1 + x_2*y_2$.", "x_1*y_1 + x_2*y_2")]
    [InlineData(@"so \(\omega_k = 2\pi k/p\).", @"\omega_k = 2\pi k/p")]
    [InlineData(@"so \\(a_b*c_d*\\).", "a_b*c_d*")]
    [InlineData("*so* $$a_b$$ *it is*", "a_b")]
    [InlineData("<b>$x<y$</b>", "x<y")]
    [InlineData("> $$\n> a_b\n> $$", "\na_b\n")]
    [InlineData("- so\n  $$\n  a\n  - b\n  $$", "\na\n- b\n")]
    [InlineData("$$\na \\\\\n- \\sin(a*b*c)\n$$", "\na \\\\\n- \\sin(a*b*c)\n")]
    [InlineData("so\n$$\na\n\n= b\n$$\nit is", "\na\n\n= b\n")]
    [InlineData("\\begin{align}\na &= b \\\\\nc &< d\n\\end{align}", "\\begin{align}\na &= b \\\\\nc &< d\n\\end{align}")]
    [InlineData(@"\[ \|W\|_2 \]", @" \|W\|_2 ")]
    [InlineData("| a | b |\n|---|---|\n| $|x|$ | c |", "|x|")]
    [InlineData("# The $\\omega$ law", @"\omega")]
    [InlineData(@"$a \text{ costs \$5 }$", @"a \text{ costs \$5 }")]
    [InlineData("<details><summary>$a_b$</summary>\n$c$\n</details>", "a_b", "c")]
    [InlineData("<div>$a &lt; b$</div>", "a < b")]
    [InlineData("$5 and $x$", "x")]
    [InlineData("Costs $5 and $6 today. <b>$x<y$</b>", "x<y")]
    [InlineData("$a$, $b$ and $c$", "a", "b", "c")]
    public void A_formula_reaches_the_page_whole(string markdown, params string[] formulas) => Assert.Equal(formulas, Formulas(markdown));

    [Theory]
    [InlineData("It costs $5 and $6 today.")]
    [InlineData("From $5-$6, or US$5 to A$6")]
    [InlineData("It costs 5$ and 6$ today.")]
    [InlineData(@"\$x\$ and \$5")]
    [InlineData("`$x$` and ``$a`b$``")]
    [InlineData("```\n$$\nx\n$$\n```")]
    [InlineData("    $x$")]
    [InlineData("$5 in `a$b`")]
    [InlineData("<pre>$x$</pre>")]
    [InlineData("<img alt=\"$x$\">")]
    [InlineData("$$\nnever closed")]
    [InlineData(@"\begin{align} never closed")]
    [InlineData("$ x $ and $")]
    [InlineData(@"see \[1\] and \[2\].")]
    [InlineData("[five](https://example.org/$x$)")]
    public void Other_dollars_and_backslashes_stay_what_they_are(string markdown)
    {
        var without = new MarkdownPipelineBuilder().UsePipeTables().UseEmphasisExtras().UseAutoLinks().Build();

        Assert.Equal(Markdown.ToHtml(markdown, without), Markdown.ToHtml(markdown, Pipeline));
    }

    [Fact]
    public void What_can_not_be_set_is_shown_as_code()
    {
        Assert.Equal("<p>so <code class=\"tex\">$\\foo{a_b} &lt; *c*$</code></p>\n", Markdown.ToHtml(@"so $\foo{a_b} < *c*$", Pipeline));
        Assert.Equal("<pre class=\"scroll tex\" data-name=\"Formula\"><code>$$\n\\foo\n$$</code></pre>\n", Markdown.ToHtml("$$\n\\foo\n$$", Pipeline));
    }

    [Fact]
    public void The_text_around_a_formula_stays()
    {
        Assert.Equal("<p>so *</p>\n<p>it</p>\n", MathElement().Replace(Markdown.ToHtml("so *\n$$x$$\nit", Pipeline), "").Replace("\n\n", "\n", StringComparison.Ordinal));
        Assert.Equal("so &lt;b&gt;  and $5", MathElement().Replace(FormulaFinder.ToHtml("so <b> $x$ and $5"), ""));
    }

    private static List<string> Formulas(string markdown) =>
        [.. Annotation().Matches(Markdown.ToHtml(markdown, Pipeline)).Select(match => WebUtility.HtmlDecode(match.Groups[1].Value))];

    [GeneratedRegex("<annotation encoding=\"application/x-tex\">(.*?)</annotation>", RegexOptions.Singleline)]
    private static partial Regex Annotation();

    [GeneratedRegex("<span.*?</span>|<math.*?</math>", RegexOptions.Singleline)]
    private static partial Regex MathElement();
}
