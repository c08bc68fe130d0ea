using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Scripting;

namespace Grokking.Reports;

/// <summary>
/// A notebook's code as Roslyn sees it: each cell a script submission that continues the one before, with the
/// references and imports that the C# kernel starts with. Nothing is run.
/// </summary>
/// <param name="folder">What a relative <c>#r</c> starts from.</param>
internal sealed partial class NotebookScript(string folder)
{
    public static CSharpParseOptions Syntax { get; } = new(LanguageVersion.Latest, kind: SourceCodeKind.Script);

    /// <summary>The framework and the kernel; what a notebook references comes with its <c>#r</c>.</summary>
    private static readonly Lazy<ImmutableArray<MetadataReference>> References = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location))
            .Concat(Directory.Exists(KernelTool.Folder) ? Directory.GetFiles(KernelTool.Folder, "Microsoft.DotNet.Interactive*.dll") : [])
            .Select(path => MetadataReference.CreateFromFile(path)),
    ]);

    /// <summary>A cell's code without its magics, which become comments of the same length.</summary>
    public static string WithoutMagics(string source) => Magic().Replace(source, "//");

    public CSharpCompilationOptions Options { get; } = new(
        OutputKind.DynamicallyLinkedLibrary,
        usings:
        [
            "System", "System.Text", "System.Collections", "System.Collections.Generic", "System.Threading.Tasks", "System.Linq",
            "Microsoft.DotNet.Interactive.Kernel",
        ],
        metadataReferenceResolver: ScriptMetadataResolver.Default.WithBaseDirectory(folder),
        concurrentBuild: false);

    /// <summary>The compilation of a cell, given those of the cells before it.</summary>
    public CSharpCompilation Continue(CSharpCompilation? previous, SyntaxTree cell) =>
        CSharpCompilation.CreateScriptCompilation($"Cell{Guid.NewGuid():N}", cell, References.Value, Options, previous);

    [GeneratedRegex("^#!", RegexOptions.Multiline)]
    private static partial Regex Magic();
}
