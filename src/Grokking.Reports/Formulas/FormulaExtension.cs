using Markdig;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Parsers.Inlines;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Grokking.Reports.Formulas;

/// <summary>Formulas in markdown, whole: they are read before emphasis, escapes and lists could take a character of theirs.</summary>
public sealed class FormulaExtension : IMarkdownExtension
{
    /// <inheritdoc/>
    public void Setup(MarkdownPipelineBuilder pipeline)
    {
        pipeline.BlockParsers.Insert(0, new BlockParser());
        pipeline.InlineParsers.InsertBefore<EscapeInlineParser>(new InlineParser());
    }

    /// <inheritdoc/>
    public void Setup(MarkdownPipeline pipeline, IMarkdownRenderer renderer)
    {
        if (renderer is HtmlRenderer html)
        {
            html.ObjectRenderers.Insert(0, new InlineRenderer());
            html.ObjectRenderers.Insert(0, new BlockRenderer());
            html.ObjectRenderers.Replace<HtmlBlockRenderer>(new InHtmlRenderer());
        }
    }

    private sealed class FormulaInline(Formula formula) : LeafInline
    {
        public Formula Formula => formula;
    }

    /// <summary>One or more lines that are nothing but a formula.</summary>
    private sealed class FormulaBlock(Markdig.Parsers.BlockParser parser, int end) : LeafBlock(parser)
    {
        /// <summary>Where the formula's last character is in the cell.</summary>
        public int End => end;
    }

    private sealed class InlineParser : Markdig.Parsers.InlineParser
    {
        public InlineParser() => OpeningCharacters = ['$', '\\'];

        public override bool Match(InlineProcessor processor, ref StringSlice slice)
        {
            if (FormulaFinder.At(slice.Text, slice.Start, slice.End + 1) is not { } formula)
            {
                return false;
            }

            var start = processor.GetSourcePosition(slice.Start, out var line, out var column);
            processor.Inline = new FormulaInline(formula) { Span = new SourceSpan(start, start + formula.Source.Length - 1), Line = line, Column = column };
            slice.Start += formula.Source.Length;
            return true;
        }
    }

    private sealed class BlockParser : Markdig.Parsers.BlockParser
    {
        public BlockParser() => OpeningCharacters = ['$', '\\'];

        public override BlockState TryOpen(BlockProcessor processor)
        {
            var (text, start) = (processor.Line.Text, processor.Line.Start);
            if (processor.IsCodeIndent || FormulaFinder.At(text, start, text.Length) is not { Display: true } formula || !EndsItsLine(text, start + formula.Source.Length))
            {
                return BlockState.None;
            }

            processor.NewBlocks.Push(new FormulaBlock(this, start + formula.Source.Length - 1) { Column = processor.Column, Span = new SourceSpan(start, start + formula.Source.Length - 1), ProcessInlines = false });
            return start + formula.Source.Length - 1 <= processor.Line.End ? BlockState.Break : BlockState.Continue;
        }

        public override BlockState TryContinue(BlockProcessor processor, Block block) =>
            ((FormulaBlock)block).End <= processor.Line.End ? BlockState.Break : BlockState.Continue;

        private static bool EndsItsLine(string text, int after) => text.AsSpan(after).TrimStart([' ', '\t', '.', ',', ';']) is [] or ['\n' or '\r', ..];
    }

    private sealed class InlineRenderer : HtmlObjectRenderer<FormulaInline>
    {
        protected override void Write(HtmlRenderer renderer, FormulaInline inline) => renderer.Write(renderer.EnableHtmlForInline ? inline.Formula.ToHtml() : inline.Formula.Tex);
    }

    private sealed class BlockRenderer : HtmlObjectRenderer<FormulaBlock>
    {
        protected override void Write(HtmlRenderer renderer, FormulaBlock block) => renderer.WriteLine(FormulaFinder.ToHtml(block.Lines.ToString()));
    }

    /// <summary>HTML that an author wrote may hold formulas in its text.</summary>
    private sealed class InHtmlRenderer : HtmlObjectRenderer<HtmlBlock>
    {
        protected override void Write(HtmlRenderer renderer, HtmlBlock block) => renderer.WriteLine(FormulaFinder.InHtml(block.Lines.ToString()));
    }
}
