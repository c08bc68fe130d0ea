using System.Diagnostics;
using Grokking.Notebooks.Tests.Reports;

namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>Every notebook of the repository does the same wherever it is run.</summary>
public sealed class HostConformanceTests(EssayReports essays) : IDisposable
{
    // Every notebook that trains has this parameter.
    private const string Parameter = "num_epochs";
    private const string Short = "3";

    private readonly string _folder = Directory.CreateTempSubdirectory("grokking-hosts-").FullName;

    public static TheoryData<string> Essays =>
        [.. Directory.GetFiles(Repository.Notebooks, "*.ipynb").Select(file => Path.GetFileName(file)!).Where(name => name != "grokking-mlp.ipynb")];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void VS_Code_Jupyter_dotnet_repl_and_the_report_agree()
    {
        const string Name = "grokking-mlp.ipynb";
        var shortened = Shortened(Name, Short);
        var reference = InVSCode(shortened);
        Assert.All(reference, cell => Assert.False(cell.Failed, cell.Text));
        Assert.NotEmpty(reference.SelectMany(cell => cell.Charts));

        AssertSame(reference, InJupyter(shortened), "Jupyter");
        AssertSame(reference, InDotnetRepl(shortened), "dotnet-repl");
        AssertSame(reference, InReport(Name), "the report");
    }

    // The report runs a notebook in VS Code's kernel.
    [Theory]
    [MemberData(nameof(Essays))]
    public void Jupyter_and_the_report_agree_on_every_other_notebook(string name)
    {
        var reference = ExecutedCell.Of(essays.Run.File($"reports/{name}"));

        AssertSame(reference, InJupyter(Shortened(name, EssayReports.Epochs)), "Jupyter");
    }

    private string Shortened(string name, string epochs)
    {
        var shortened = Path.Combine(_folder, name);
        File.WriteAllText(shortened, new NotebookFile(name).WithParameter(Parameter, epochs));
        return shortened;
    }

    private static void AssertSame(IReadOnlyList<ExecutedCell> expected, IReadOnlyList<ExecutedCell> actual, string host)
    {
        Assert.True(expected.Count == actual.Count, $"{host} has run {actual.Count} cells, VS Code {expected.Count}.");
        foreach (var (one, other) in expected.Zip(actual))
        {
            Assert.Equal($"{one.Failed} {one.Text}", $"{other.Failed} {other.Text}");
            Assert.Equal(one.Charts, other.Charts);
        }
    }

    private static List<ExecutedCell> InVSCode(string file)
    {
        using var kernel = NotebookKernel.Open(KernelHost.VSCode, Repository.Notebooks);
        var notebook = new NotebookFile(file);
        return [.. notebook.Code.Select(cell => ExecutedCell.Of(kernel.Run(notebook[cell])))];
    }

    private IReadOnlyList<ExecutedCell> InJupyter(string file)
    {
        var executed = Path.Combine(_folder, "jupyter.ipynb");
        Run(JupyterKernel.Script("run_notebook.py", file, Repository.Notebooks, executed));
        return ExecutedCell.Of(executed);
    }

    // dotnet-repl finds what a notebook references from the folder it was started in.
    private IReadOnlyList<ExecutedCell> InDotnetRepl(string file)
    {
        var executed = Path.Combine(_folder, "repl.ipynb");
        var start = Repository.Tool(
            "dotnet-repl", "--run", file, "--exit-after-run", "--output-format", "ipynb", "--output-path", executed);
        start.WorkingDirectory = Repository.Notebooks;
        Run(start);
        return ExecutedCell.Of(executed);
    }

    private static IReadOnlyList<ExecutedCell> InReport(string name)
    {
        using var report = new ReportProcess();
        report.Run("report", Path.Combine(Repository.Notebooks, name), "--parameter", $"{Parameter}={Short}");
        Assert.Equal("", report.Error);
        return ExecutedCell.Of(report.File(Path.Combine("reports", name)));
    }

    private static void Run(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"`{start.FileName} {string.Join(' ', start.ArgumentList)}` ended with {process.ExitCode}: {error.Result}");
    }
}
