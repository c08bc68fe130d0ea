using System.Net;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Grokking.Reports;

/// <summary>
/// C# cells as HTML, coloured by their syntax. What a name means is not asked for: that would take a compilation, for which what the
/// notebook references has to be there, and seconds. A name where a type stands is a type; so is one with a capital letter that a
/// member is taken of, unless some cell declares a variable of it.
/// </summary>
internal static class CodeColours
{
    // What a chain such as System.IO.File begins with is no type.
    private static readonly HashSet<string> Namespaces = ["System", "Microsoft", "Grokking", "TorchSharp", "Plotly", "MathNet"];

    /// <summary>The parser's time, and its stack, grow with brackets in brackets; what has more of them stays uncoloured.</summary>
    private const int Deepest = 60;

    /// <summary>Each C# cell's HTML, by cell id; none of a cell that can't be coloured.</summary>
    public static IReadOnlyDictionary<string, string> Of(Notebook notebook)
    {
        var cells = notebook.Cells.Where(cell => cell is { Kind: CellKind.Code, Language: "csharp" } && Depth(cell.Source) <= Deepest)
            .Select(cell => (Cell: cell, Root: CSharpSyntaxTree.ParseText(NotebookScript.WithoutMagics(cell.Source), NotebookScript.Syntax).GetRoot()))
            .ToList();
        var variables = cells.SelectMany(cell => cell.Root.DescendantNodes()).Select(VariableOf).OfType<string>().ToHashSet();
        return cells.ToDictionary(cell => cell.Cell.Id, cell => Html(cell.Cell.Source, Coloured(cell.Root, variables)));
    }

    private static int Depth(string source)
    {
        var (depth, deepest) = (0, 0);
        foreach (var letter in source)
        {
            depth = letter is '(' or '[' or '{' ? depth + 1 : letter is ')' or ']' or '}' && depth > 0 ? depth - 1 : depth;
            deepest = Math.Max(deepest, depth);
        }

        return deepest;
    }

    private static IEnumerable<(TextSpan Span, char Class)> Coloured(SyntaxNode root, HashSet<string> variables)
    {
        foreach (var token in root.DescendantTokens(descendIntoTrivia: true))
        {
            foreach (var trivia in token.LeadingTrivia.Concat(token.TrailingTrivia).Where(IsComment))
            {
                yield return (trivia.Span, 'c');
            }

            if (token.Span.Length > 0 && ClassOf(token, variables) is { } colour)
            {
                yield return (token.Span, colour);
            }
        }
    }

    private static bool IsComment(SyntaxTrivia trivia) => trivia.Kind()
        is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia
        or SyntaxKind.SingleLineDocumentationCommentTrivia or SyntaxKind.MultiLineDocumentationCommentTrivia;

    private static char? ClassOf(SyntaxToken token, HashSet<string> variables) => token.Kind() switch
    {
        SyntaxKind.NumericLiteralToken => 'n',
        SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken or SyntaxKind.SingleLineRawStringLiteralToken
            or SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.Utf8StringLiteralToken or SyntaxKind.InterpolatedStringTextToken
            or SyntaxKind.InterpolatedStringStartToken or SyntaxKind.InterpolatedVerbatimStringStartToken or SyntaxKind.InterpolatedStringEndToken
            or SyntaxKind.InterpolatedRawStringEndToken or SyntaxKind.InterpolatedSingleLineRawStringStartToken
            or SyntaxKind.InterpolatedMultiLineRawStringStartToken => 's',
        SyntaxKind.IdentifierToken => OfName(token, variables),
        _ when SyntaxFacts.IsKeywordKind(token.Kind()) || token.Parent is DirectiveTriviaSyntax && token.IsKind(SyntaxKind.HashToken) => 'k',
        _ => null,
    };

    private static char? OfName(SyntaxToken token, HashSet<string> variables) => token.Parent switch
    {
        IdentifierNameSyntax { IsVar: true } => 'k',
        BaseTypeDeclarationSyntax or DelegateDeclarationSyntax or TypeParameterSyntax => 't',
        MethodDeclarationSyntax or LocalFunctionStatementSyntax => 'm',
        SimpleNameSyntax name when IsCalled(name) => 'm',
        SimpleNameSyntax { Parent: UsingDirectiveSyntax or QualifiedNameSyntax { Parent: UsingDirectiveSyntax or QualifiedNameSyntax } } => null,
        SimpleNameSyntax name when SyntaxFacts.IsInTypeOnlyContext(name) => 't',
        SimpleNameSyntax { Parent: MemberAccessExpressionSyntax access } name
            when access.Expression == name && char.IsUpper(token.ValueText[0]) && !variables.Contains(token.ValueText) && !Namespaces.Contains(token.ValueText) => 't',
        _ => null,
    };

    private static bool IsCalled(SimpleNameSyntax name) =>
        name.Parent is InvocationExpressionSyntax
        || (name.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax } access && access.Name == name)
        || name.Parent is MemberBindingExpressionSyntax { Parent: InvocationExpressionSyntax };

    private static string? VariableOf(SyntaxNode node) => node switch
    {
        VariableDeclaratorSyntax variable => variable.Identifier.ValueText,
        SingleVariableDesignationSyntax variable => variable.Identifier.ValueText,
        ParameterSyntax parameter => parameter.Identifier.ValueText,
        ForEachStatementSyntax loop => loop.Identifier.ValueText,
        PropertyDeclarationSyntax property => property.Identifier.ValueText,
        _ => null,
    };

    private static string Html(string source, IEnumerable<(TextSpan Span, char Class)> coloured)
    {
        var html = new StringBuilder();
        var written = 0;
        foreach (var (span, colour) in coloured.OrderBy(part => part.Span.Start))
        {
            // What a documentation comment refers to is part of the comment.
            if (span.Start < written)
            {
                continue;
            }

            html.Append(WebUtility.HtmlEncode(source[written..span.Start]));
            html.Append("<span class=").Append(colour).Append('>');
            html.Append(WebUtility.HtmlEncode(source[span.Start..span.End]));
            html.Append("</span>");
            written = span.End;
        }

        return html.Append(WebUtility.HtmlEncode(source[written..])).ToString();
    }
}
