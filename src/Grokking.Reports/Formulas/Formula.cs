using System.Net;
using Grokking.Reports.Tex;

namespace Grokking.Reports.Formulas;

/// <summary>A formula as it stands in a text.</summary>
/// <param name="Source">With its delimiters.</param>
/// <param name="Tex">Without them; an environment keeps its <c>\begin</c>.</param>
/// <param name="Display">Whether it has a line of its own.</param>
public sealed record Formula(string Source, string Tex, bool Display)
{
    /// <summary>Set in MathML, or its source as code where it says something that can't be set.</summary>
    public string ToHtml() => (TexFormula.ToMathMl(Tex, Display), Display) switch
    {
        ({ } math, true) => $"<span class=\"formula scroll\" data-name=\"Formula\">{math}</span>",
        ({ } math, false) => math,
        (null, true) => $"<pre class=\"scroll tex\" data-name=\"Formula\"><code>{WebUtility.HtmlEncode(Source)}</code></pre>",
        (null, false) => $"<code class=\"tex\">{WebUtility.HtmlEncode(Source)}</code>",
    };
}
