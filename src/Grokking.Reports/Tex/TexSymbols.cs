using System.Text;

namespace Grokking.Reports.Tex;

/// <summary>What TeX's and amsmath's names stand for, and how each kind is set.</summary>
internal static class TexSymbols
{
    private const string Table = """
        letter    \alpha α \beta β \gamma γ \delta δ \epsilon ϵ \varepsilon ε \zeta ζ \eta η \theta θ \vartheta ϑ \iota ι \kappa κ \lambda λ \mu μ \nu ν \xi ξ
        letter    \pi π \varpi ϖ \rho ρ \varrho ϱ \sigma σ \varsigma ς \tau τ \upsilon υ \phi ϕ \varphi φ \chi χ \psi ψ \omega ω \imath ı \jmath ȷ \ell ℓ \hbar ℏ
        upright   \Gamma Γ \Delta Δ \Theta Θ \Lambda Λ \Xi Ξ \Pi Π \Sigma Σ \Upsilon Υ \Phi Φ \Psi Ψ \Omega Ω \infty ∞ \nabla ∇ \emptyset ∅ \varnothing ∅ \aleph ℵ
        upright   \partial ∂ \Re ℜ \Im ℑ \wp ℘ \forall ∀ \exists ∃ \nexists ∄ \top ⊤ \bot ⊥ \angle ∠ \square □ \triangle △ \checkmark ✓ \ddots ⋱
        operator  + + - − : ∶ * ∗ \pm ± \mp ∓ \times × \div ÷ \cdot ⋅ \ast ∗ \star ⋆ \circ ∘ \bullet ∙ \oplus ⊕ \ominus ⊖ \otimes ⊗ \odot ⊙ \cup ∪ \cap ∩ \wedge ∧
        operator  \land ∧ \vee ∨ \lor ∨ \neg ¬ \lnot ¬ \le ≤ \leq ≤ \leqslant ⩽ \ge ≥ \geq ≥ \geqslant ⩾ \lt < \gt > \ll ≪ \gg ≫ \ne ≠ \neq ≠ \equiv ≡
        operator  \sim ∼ \simeq ≃ \approx ≈ \cong ≅ \propto ∝ \prec ≺ \succ ≻ \preceq ⪯ \succeq ⪰ \lesssim ≲ \gtrsim ≳ \in ∈ \ni ∋ \notin ∉ \subset ⊂ \supset ⊃
        operator  \subseteq ⊆ \supseteq ⊇ \subsetneq ⊊ \perp ⟂ \parallel ∥ \mid ∣ \nmid ∤ \vdash ⊢ \models ⊨ \triangleq ≜ \coloneqq ≔ \colon : \setminus ∖
        operator  \to → \rightarrow → \gets ← \leftarrow ← \leftrightarrow ↔ \Rightarrow ⇒ \Leftarrow ⇐ \Leftrightarrow ⇔ \implies ⟹ \impliedby ⟸ \iff ⟺
        operator  \longrightarrow ⟶ \longleftarrow ⟵ \Longrightarrow ⟹ \mapsto ↦ \longmapsto ⟼ \hookrightarrow ↪ \rightleftharpoons ⇌ \leadsto ⇝ \cdots ⋯ \dotsb ⋯
        operator  \uparrow ↑ \downarrow ↓ \nearrow ↗ \searrow ↘ \therefore ∴ \because ∵ \prime ′ \int ∫ \iint ∬ \iiint ∭ \oint ∮
        sum       \sum ∑ \prod ∏ \coprod ∐ \bigcup ⋃ \bigcap ⋂ \bigoplus ⨁ \bigotimes ⨂ \bigvee ⋁ \bigwedge ⋀
        limit     \lim lim \max max \min min \sup sup \inf inf \det det \gcd gcd \Pr Pr \limsup lim~sup \liminf lim~inf
        tight     \sin sin \cos cos \tan tan \cot cot \sec sec \csc csc \sinh sinh \cosh cosh \tanh tanh \coth coth \arcsin arcsin \arccos arccos \arctan arctan
        tight     \exp exp \log log \ln ln \lg lg \arg arg \deg deg \dim dim \ker ker / / . . ! ! ? ?
        prefix    ( ( [ [ \{ { \lbrace { \lVert ‖ \lvert | \langle ⟨ \lfloor ⌊ \lceil ⌈
        postfix   ) ) ] ] \} } \rbrace } \rVert ‖ \rvert | \rangle ⟩ \rfloor ⌋ \rceil ⌉
        upright   \# # \$ $ \% % \& & \_ _ \ldots … \dots … \dotsc … \vdots ⋮ \backslash \
        fence     | | \vert | \| ‖ \Vert ‖
        space     \, 0.167em \: 0.222em \> 0.222em \; 0.278em \! -0.167em ~ 0.333em \enspace 0.5em \quad 1em \qquad 2em
        over      \hat ^ \bar ¯ \vec → \tilde ~ \dot ˙ \ddot ¨ \check ˇ \breve ˘ \mathring ˚
        wideover  \widehat ^ \overrightarrow → \widetilde ~ \overbrace ⏞
        wideunder \underbrace ⏟
        line      \overline top \underline bottom
        alphabet  \mathbf bf \boldsymbol bi \bm bi \mathbb bb \mathcal cal \mathscr cal \mathrm rm
        size      \big 1.2em \bigl 1.2em \bigr 1.2em \Big 1.8em \Bigl 1.8em \Bigr 1.8em \bigg 2.4em \biggl 2.4em \biggr 2.4em \Bigg 3em \Biggl 3em \Biggr 3em
        table     equation .d. gather .d. gathered .d. multline .d. align .rl. aligned .rl. split .rl. eqnarray .rcl. array ..
        table     matrix .c. smallmatrix .c. pmatrix (c) bmatrix [c] Bmatrix {c} vmatrix |c| Vmatrix ‖c‖ cases {ll.
        """;

    private const string Plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly Dictionary<string, Rune[]> Alphabets = new()
    {
        ["bf"] = [.. "𝐀𝐁𝐂𝐃𝐄𝐅𝐆𝐇𝐈𝐉𝐊𝐋𝐌𝐍𝐎𝐏𝐐𝐑𝐒𝐓𝐔𝐕𝐖𝐗𝐘𝐙𝐚𝐛𝐜𝐝𝐞𝐟𝐠𝐡𝐢𝐣𝐤𝐥𝐦𝐧𝐨𝐩𝐪𝐫𝐬𝐭𝐮𝐯𝐰𝐱𝐲𝐳𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗".EnumerateRunes()],
        ["bi"] = [.. "𝑨𝑩𝑪𝑫𝑬𝑭𝑮𝑯𝑰𝑱𝑲𝑳𝑴𝑵𝑶𝑷𝑸𝑹𝑺𝑻𝑼𝑽𝑾𝑿𝒀𝒁𝒂𝒃𝒄𝒅𝒆𝒇𝒈𝒉𝒊𝒋𝒌𝒍𝒎𝒏𝒐𝒑𝒒𝒓𝒔𝒕𝒖𝒗𝒘𝒙𝒚𝒛𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗".EnumerateRunes()],
        ["bb"] = [.. "𝔸𝔹ℂ𝔻𝔼𝔽𝔾ℍ𝕀𝕁𝕂𝕃𝕄ℕ𝕆ℙℚℝ𝕊𝕋𝕌𝕍𝕎𝕏𝕐ℤ𝕒𝕓𝕔𝕕𝕖𝕗𝕘𝕙𝕚𝕛𝕜𝕝𝕞𝕟𝕠𝕡𝕢𝕣𝕤𝕥𝕦𝕧𝕨𝕩𝕪𝕫𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡".EnumerateRunes()],
        ["cal"] = [.. "𝒜ℬ𝒞𝒟ℰℱ𝒢ℋℐ𝒥𝒦ℒℳ𝒩𝒪𝒫𝒬ℛ𝒮𝒯𝒰𝒱𝒲𝒳𝒴𝒵𝒶𝒷𝒸𝒹ℯ𝒻ℊ𝒽𝒾𝒿𝓀𝓁𝓂𝓃ℴ𝓅𝓆𝓇𝓈𝓉𝓊𝓋𝓌𝓍𝓎𝓏".EnumerateRunes()],
        ["rm"] = [],
    };

    /// <summary>A symbol's kind and text, by the token that a formula holds.</summary>
    public static IReadOnlyDictionary<string, (string Kind, string Text)> All { get; } = (
        from line in Table.ReplaceLineEndings("\n").Split('\n')
        let words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        from pair in words.Skip(1).Chunk(2)
        select (Token: pair[0], Kind: words[0], Text: pair[1])).ToDictionary(symbol => symbol.Token, symbol => (symbol.Kind, symbol.Text));

    /// <summary>The text in another alphabet; what that lacks stays.</summary>
    public static string InAlphabet(string alphabet, string text) => string.Concat(text.Select(letter =>
        Plain.IndexOf(letter) is var at && at >= 0 && at < Alphabets[alphabet].Length ? Alphabets[alphabet][at].ToString() : letter.ToString()));
}
