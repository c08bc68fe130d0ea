using System.CommandLine;

namespace Grokking.Cli;

/// <summary><c>export</c>: see <see cref="ExportRequest"/>.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var notebooks = ReportCommand.Notebooks("to show");
        var output = ReportCommand.Output("The page to write. reports/NOTEBOOK.html by default.");
        var command = new Command("export", "Writes a notebook, with the outputs that are saved in it, as one HTML file. Runs nothing.") { notebooks, output };
        command.SetAction(result => new ExportRequest(ReportCommand.Named(result.GetValue(notebooks)), result.GetValue(output)).Run());
        return command;
    }
}
