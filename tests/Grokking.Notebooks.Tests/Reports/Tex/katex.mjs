// Prints what KaTeX makes of each formula, as TexFormulaTests compares it: the structure and the text, without spacing and rows.
//   npm install katex@0.19.1 && node katex.mjs > katex.json
import katex from 'katex';

const formulas = String.raw`
a_i + b_i \equiv c \pmod{97}
x_1*y_1 + x_2*y_2
\omega_k = 2\pi k/p
\cos(w_k(a+b)) = \cos(w_k a)\cos(w_k b) - \sin(w_k a)\sin(w_k b)
\|W\|_2 \le \lVert W \rVert_F
\frac{-b \pm \sqrt{b^2 - 4ac}}{2a}
\sqrt[3]{x+1} \ne \frac12
\log p_\theta(y_i \mid x_i) + \lambda \theta^2_t
\sum_{i=1}^{N} \sum\nolimits_{j} \prod_{k} x_{ijk}
\int_0^\infty e^{-x^2}\,dx = \oint\limits_C f
\lim_{n \to \infty} \left(1 + \frac{1}{n}\right)^n = e
f(x) = \begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}
\begin{pmatrix} a & b \\ c & d \end{pmatrix} \begin{bmatrix} 1 & 0 \\ 0 & 1 \end{bmatrix}
\begin{aligned} (a+b)^2 &= a^2 + b^2 \\ &\ge -4 |ab| \end{aligned}
\left[\begin{array}{cr} 1 & x \\ 0 & y \end{array}\right]
\forall \epsilon > 0 \; \exists \delta \in \Delta \implies x \notin A \cup B
\max_{j} z_j \to \inf x \Rightarrow \lfloor x \rfloor \otimes y
a \bmod n \times \nabla_\theta J \approx \partial y
x_{a_{b_c}}^{2^n} {}^{k}
\overset{!}{=} \underset{x}{y}
\tfrac{a}{b} \dfrac{c}{d} \displaystyle\frac{e}{f}
12.5x + 1{,}000 \cdot 3.
\begin{array}{|c|cc|} \hline a & b & c \\ \hline 1 & 2 & 3 \\ \hline \end{array}
y = 1 \quad \text{if $x_1$ is odd, or $\alpha^2$ is}
\textcolor{red}{x^2} + \color{blue}{y} \xrightarrow{f} z
`.trim().split('\n');

const known = new Set(['mfrac', 'msqrt', 'mroot', 'msub', 'msup', 'msubsup', 'munder', 'mover', 'munderover', 'mtable', 'mtr', 'mtd']);

function skeleton(node) {
  if (node.text !== undefined) return node.text.replace(/[\s\u00a0\u2061]/g, '');
  const inner = (node.children ?? []).map(skeleton);
  return node.type === 'annotation' || node.type === 'mspace' ? '' : known.has(node.type) ? `${node.type}[${inner.join(';')}]` : inner.join('');
}

const math = tex => katex.__renderToDomTree(tex, { output: 'mathml', displayMode: true, strict: 'ignore' }).children[0];
console.log(JSON.stringify(Object.fromEntries(formulas.map(tex => [tex, skeleton(math(tex))])), null, 1));
