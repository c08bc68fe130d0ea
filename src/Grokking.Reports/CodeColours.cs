using System.Net;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Classification;
using Microsoft.CodeAnalysis.Host.Mef;
using Microsoft.CodeAnalysis.Text;

namespace Grokking.Reports;

/// <summary>C# cells as HTML, coloured by what Roslyn's classifier says of each word, types and methods included.</summary>
internal static class CodeColours
{
    /// <summary>The spans that are coloured, and the CSS class of each; all else is plain.</summary>
    private static readonly Dictionary<string, string> Classes = new()
    {
        [ClassificationTypeNames.Keyword] = "k",
        [ClassificationTypeNames.ControlKeyword] = "k",
        [ClassificationTypeNames.PreprocessorKeyword] = "k",
        [ClassificationTypeNames.ClassName] = "t",
        [ClassificationTypeNames.RecordClassName] = "t",
        [ClassificationTypeNames.StructName] = "t",
        [ClassificationTypeNames.RecordStructName] = "t",
        [ClassificationTypeNames.InterfaceName] = "t",
        [ClassificationTypeNames.EnumName] = "t",
        [ClassificationTypeNames.DelegateName] = "t",
        [ClassificationTypeNames.TypeParameterName] = "t",
        [ClassificationTypeNames.MethodName] = "m",
        [ClassificationTypeNames.ExtensionMethodName] = "m",
        [ClassificationTypeNames.NumericLiteral] = "n",
        [ClassificationTypeNames.EnumMemberName] = "n",
        [ClassificationTypeNames.ConstantName] = "n",
        [ClassificationTypeNames.StringLiteral] = "s",
        [ClassificationTypeNames.VerbatimStringLiteral] = "s",
        [ClassificationTypeNames.StringEscapeCharacter] = "s",
        [ClassificationTypeNames.Comment] = "c",
        [ClassificationTypeNames.XmlDocCommentDelimiter] = "c",
        [ClassificationTypeNames.XmlDocCommentText] = "c",
        [ClassificationTypeNames.XmlDocCommentName] = "c",
        [ClassificationTypeNames.XmlDocCommentAttributeName] = "c",
        [ClassificationTypeNames.XmlDocCommentAttributeQuotes] = "c",
        [ClassificationTypeNames.XmlDocCommentAttributeValue] = "c",
    };

    /// <summary>Each code cell's HTML, by cell id.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> OfAsync(Notebook notebook)
    {
        using var workspace = new AdhocWorkspace(MefHostServices.Create(
        [
            .. MefHostServices.DefaultAssemblies.Where(a => a.GetName().Name is "Microsoft.CodeAnalysis.Workspaces" or "Microsoft.CodeAnalysis.CSharp.Workspaces"),
        ]));
        var script = new NotebookScript(notebook.Folder);
        var coloured = new Dictionary<string, string>();
        ProjectReference? previous = null;
        foreach (var cell in notebook.Cells.Where(cell => cell is { Kind: CellKind.Code, Language: "csharp" }))
        {
            var project = workspace.AddProject(ProjectInfo.Create(
                ProjectId.CreateNewId(),
                VersionStamp.Default,
                cell.Id,
                cell.Id,
                LanguageNames.CSharp,
                compilationOptions: script.Options,
                parseOptions: NotebookScript.Syntax,
                projectReferences: previous is null ? [] : [previous],
                metadataReferences: NotebookScript.References,
                isSubmission: true));
            var text = SourceText.From(NotebookScript.WithoutMagics(cell.Source));
            var document = workspace.AddDocument(DocumentInfo.Create(
                DocumentId.CreateNewId(project.Id),
                cell.Id,
                sourceCodeKind: SourceCodeKind.Script,
                loader: TextLoader.From(TextAndVersion.Create(text, VersionStamp.Default))));
            previous = new ProjectReference(project.Id);
            coloured[cell.Id] = Html(cell.Source, await Classifier.GetClassifiedSpansAsync(document, new TextSpan(0, text.Length)));
        }

        return coloured;
    }

    private static string Html(string source, IEnumerable<ClassifiedSpan> spans)
    {
        var html = new StringBuilder();
        var written = 0;
        foreach (var span in spans.Where(s => Classes.ContainsKey(s.ClassificationType)).OrderBy(s => s.TextSpan.Start).ThenBy(s => s.TextSpan.Length))
        {
            // An escape lies inside its string, and a static member is also a method: the first colour stays.
            if (span.TextSpan.Start < written)
            {
                continue;
            }

            html.Append(WebUtility.HtmlEncode(source[written..span.TextSpan.Start]));
            html.Append("<span class=").Append(Classes[span.ClassificationType]).Append('>');
            html.Append(WebUtility.HtmlEncode(source[span.TextSpan.Start..span.TextSpan.End]));
            html.Append("</span>");
            written = span.TextSpan.End;
        }

        return html.Append(WebUtility.HtmlEncode(source[written..])).ToString();
    }
}
