using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Grokking.Reports;

/// <summary>Values for a notebook's <c>parameters</c> cell, put in the way papermill does it: assigned in a cell right after it.</summary>
internal static class ParameterValues
{
    private const string DefaultsTag = "parameters";
    private const string InjectedTag = "injected-parameters";

    /// <summary>The name and the value of each <c>NAME=VALUE</c>.</summary>
    /// <exception cref="RequestException">One has another form, or a name comes twice.</exception>
    public static List<(string Name, string Value)> Parse(IEnumerable<string> assignments)
    {
        var values = new List<(string Name, string Value)>();
        foreach (var assignment in assignments)
        {
            var sign = assignment.IndexOf('=');
            if (sign < 1 || string.IsNullOrWhiteSpace(assignment[(sign + 1)..]))
            {
                throw new RequestException($"--parameter {assignment} is not of the form NAME=VALUE.");
            }

            var name = assignment[..sign].Trim();
            if (values.Any(value => value.Name == name))
            {
                throw new RequestException($"The parameter {name} is given twice.");
            }

            values.Add((name, assignment[(sign + 1)..].Trim()));
        }

        return values;
    }

    /// <summary>Adds the cell that assigns the values, after compiling each of them for the name it is given to.</summary>
    /// <param name="notebook">The notebook to change.</param>
    /// <param name="values">C# expressions, by the name of their parameter.</param>
    /// <exception cref="RequestException">No such parameter, or no such value; the notebook is as it was.</exception>
    public static void Inject(Notebook notebook, IReadOnlyList<(string Name, string Value)> values)
    {
        if (values.Count == 0)
        {
            return;
        }

        var shown = Path.GetFileName(notebook.Path);
        var at = notebook.Cells.FindIndex(cell => cell.Kind == CellKind.Code && cell.HasTag(DefaultsTag));
        if (at < 0)
        {
            throw new RequestException($"{shown} takes no parameters: it has no code cell tagged \"{DefaultsTag}\".");
        }

        var script = new NotebookScript(notebook.Folder);
        CSharpCompilation? defaults = null;
        foreach (var cell in notebook.Cells.Take(at + 1).Where(cell => cell is { IsRunnable: true, Language: "csharp" }))
        {
            var next = script.Continue(defaults, CSharpSyntaxTree.ParseText(NotebookScript.WithoutMagics(cell.Source), NotebookScript.Syntax));
            // Packages are the kernel's to resolve: a cell that needs one does not compile here, and nothing could go on from it.
            defaults = !next.GetDiagnostics().Any(IsError) ? next : cell == notebook.Cells[at] ? null : defaults;
        }

        var declared = Declared(notebook.Cells[at].Source);
        foreach (var (name, value) in values)
        {
            if (!declared.Contains(name))
            {
                throw new RequestException($"{shown} has no parameter {name}; it has {(declared.Count == 0 ? "none" : string.Join(", ", declared))}.");
            }

            RefuseWrongValue(script, defaults, name, value);
        }

        var injected = new NotebookCell
        {
            Id = notebook.FreeId(InjectedTag),
            Kind = CellKind.Code,
            Source = "// Parameters\n" + string.Join("\n", values.Select(v => $"{v.Name} = {v.Value};")),
            Metadata = new JsonObject { ["tags"] = new JsonArray(InjectedTag) },
        };
        notebook.Cells.RemoveAll(cell => cell.HasTag(InjectedTag));
        notebook.Cells.Insert(notebook.Cells.FindIndex(cell => cell.Kind == CellKind.Code && cell.HasTag(DefaultsTag)) + 1, injected);
    }

    /// <summary>The variables that the cell declares at its top level.</summary>
    private static List<string> Declared(string source) =>
    [
        .. CSharpSyntaxTree.ParseText(source, NotebookScript.Syntax).GetCompilationUnitRoot().Members
            .OfType<FieldDeclarationSyntax>()
            .SelectMany(field => field.Declaration.Variables)
            .Select(variable => variable.Identifier.ValueText),
    ];

    private static void RefuseWrongValue(NotebookScript script, CSharpCompilation? defaults, string name, string value)
    {
        // Parsed by itself first: "1; Other()" would be a fine end of an assignment.
        var error = SyntaxFactory.ParseExpression(value, options: NotebookScript.Syntax).GetDiagnostics().FirstOrDefault(IsError)
            ?? (defaults is null ? null : script.Continue(defaults, CSharpSyntaxTree.ParseText($"{name} = {value};", NotebookScript.Syntax)).GetDiagnostics().FirstOrDefault(IsError));
        if (error is not null)
        {
            throw new RequestException($"The parameter {name} can't be {value}: {error.GetMessage().TrimEnd('.')}.");
        }
    }

    private static bool IsError(Diagnostic diagnostic) => diagnostic.Severity == DiagnosticSeverity.Error;
}
