using System.CommandLine;

namespace Grokking.Cli;

/// <summary><c>report</c>: see <see cref="ReportRequest"/>.</summary>
internal static class ReportCommand
{
    /// <summary>The notebook of somebody who names none.</summary>
    private const string DefaultNotebook = "notebooks/grokking-mlp.ipynb";

    public static Command Create()
    {
        var notebooks = Notebooks("to run");
        var output = Output("The page to write; the executed notebook goes beside it. reports/NOTEBOOK.html by default.");
        var parameters = new Option<string[]>("--parameter")
        {
            Description = "A C# value for a variable of the cell tagged \"parameters\". May be given several times.",
            HelpName = "NAME=VALUE",
        };
        var command = new Command("report", "Runs a notebook and writes it, with everything it showed, as one HTML file.") { notebooks, output, parameters };
        command.SetAction(result => new ReportRequest(Named(result.GetValue(notebooks)), result.GetValue(output), result.GetValue(parameters) ?? []).RunAsync());
        return command;
    }

    /// <summary>The argument for notebooks.</summary>
    public static Argument<string[]> Notebooks(string purpose) => new("NOTEBOOK")
    {
        Description = $"The notebooks {purpose}, or a folder of them; {DefaultNotebook} where none is named.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <summary>The option for the page.</summary>
    public static Option<string> Output(string description) => new("--output") { Description = description, HelpName = "FILE.html" };

    /// <summary>The notebooks that were named, or the one that is there for somebody who names none.</summary>
    /// <exception cref="RequestException">None was named, and that one is not here.</exception>
    public static string[] Named(string[]? notebooks) => notebooks is { Length: > 0 } ? notebooks
        : File.Exists(DefaultNotebook) ? [DefaultNotebook]
        : throw new RequestException($"There is no {DefaultNotebook} in {Directory.GetCurrentDirectory()}; run this in the repository's root folder, or name a notebook; the command notebooks writes the library's own.");
}
