using System.Diagnostics;

namespace Grokking.Notebooks.Tests.Reports;

/// <summary>What can't be done is refused in one sentence before anything is run or written.</summary>
public sealed class ReportRefusalTests : IDisposable
{
    private readonly ReportProcess _report = new();

    public void Dispose() => _report.Dispose();

    [Fact]
    public void A_missing_notebook()
    {
        Refuses(["report", "nowhere.ipynb"], "There is no notebook nowhere.ipynb in ");
    }

    [Fact]
    public void No_notebook_at_all_outside_the_repository()
    {
        Refuses([], "There is no notebooks/grokking-mlp.ipynb in ", "root folder");
    }

    [Fact]
    public void A_folder_without_a_notebook()
    {
        Refuses(["report", "."], ". is a folder without a notebook (.ipynb) in it.");
    }

    [Theory]
    [InlineData("print('hello')", "no.ipynb is no JSON", "line 1")]
    [InlineData("[1]", "no.ipynb is JSON but no notebook")]
    [InlineData("{}", "\"nbformat\"")]
    [InlineData("""{"nbformat": 3, "worksheets": []}""", "nbformat 3", "nbformat 4")]
    [InlineData("""{"nbformat": 4}""", "\"cells\"")]
    [InlineData("""{"nbformat": 4, "cells": []}""", "names no kernel")]
    [InlineData("""{"nbformat": 4, "cells": [], "metadata": {"kernelspec": {"name": "python3", "language": "python"}}}""", "the kernel python3")]
    [InlineData("""{"nbformat": 4, "cells": [{"cell_type": "code"}], "metadata": {"kernelspec": {"name": ".net-csharp"}}}""", "cell 1")]
    public void A_file_that_is_no_notebook_for_this_kernel(string content, params string[] words)
    {
        File.WriteAllText(_report.File("no.ipynb"), content);
        Refuses(["report", "no.ipynb"], words);
    }

    [Theory]
    [InlineData("epochs=3", "plain.ipynb has no parameter epochs; it has count.")]
    [InlineData("count", "count", "NAME=VALUE")]
    [InlineData("count=many", "The parameter count can't be many: The name 'many' does not exist in the current context.")]
    [InlineData("count=1.5", "The parameter count can't be 1.5: Cannot implicitly convert type 'double' to 'int'")]
    [InlineData("count=1; throw null", "The parameter count can't be 1; throw null")]
    [InlineData("count=", "NAME=VALUE")]
    [InlineData("count=(", "The parameter count can't be (")]
    public void A_parameter_that_the_notebook_does_not_take(string parameter, params string[] words)
    {
        Refuses(["report", ReportProcess.Notebook("plain.ipynb"), "--parameter", parameter], words);
    }

    [Fact]
    public void A_parameter_of_a_notebook_whose_first_cell_needs_a_package()
    {
        var plain = File.ReadAllText(ReportProcess.Notebook("plain.ipynb")).Replace(
            "\"cells\": [",
            """
            "cells": [{ "cell_type": "code", "id": "package", "metadata": {}, "outputs": [], "execution_count": null,
              "source": "#r \"nuget: Nowhere\"\nusing Nowhere;" },
            """,
            StringComparison.Ordinal);
        File.WriteAllText(_report.File("package.ipynb"), plain);
        Refuses(["report", "package.ipynb", "--parameter", "count=1.5"], "The parameter count can't be 1.5: Cannot implicitly convert type 'double' to 'int'");
    }

    [Fact]
    public void A_parameter_given_twice()
    {
        Refuses(["report", ReportProcess.Notebook("plain.ipynb"), "--parameter", "count=1", "--parameter", "count=2"], "The parameter count is given twice.");
    }

    [Fact]
    public void A_parameter_for_a_notebook_without_a_parameters_cell()
    {
        _report.Write("bare.ipynb", "1 + 1");
        Refuses(["report", "bare.ipynb", "--parameter", "count=1"], "bare.ipynb takes no parameters", "\"parameters\"");
    }

    [Fact]
    public void An_output_that_is_no_page()
    {
        Refuses(["report", ReportProcess.Notebook("plain.ipynb"), "--output", "report.pdf"], "--output report.pdf", ".html");
    }

    [Fact]
    public void An_output_that_is_a_folder()
    {
        Directory.CreateDirectory(_report.File("folder.html"));
        Refuses(["report", ReportProcess.Notebook("plain.ipynb"), "--output", "folder.html"], "folder.html is a folder");
    }

    [Fact]
    public void A_pipe_where_the_executed_notebook_goes()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no named pipes in folders on Windows.");
        Process.Start("mkfifo", [_report.File("page.ipynb")]).WaitForExit();
        Refuses(["report", ReportProcess.Notebook("plain.ipynb"), "--output", "page.html"], "page.ipynb can't be written", "a device or a pipe");
    }

    [Fact]
    public void An_output_folder_that_can_not_be_written()
    {
        File.WriteAllText(_report.File("file"), "");
        Refuses(["report", ReportProcess.Notebook("plain.ipynb"), "--output", "file/plain.html"], "can't be written");
    }

    [Fact]
    public void An_output_that_would_replace_the_notebook_itself()
    {
        _report.Write("own.ipynb", "1 + 1");
        Refuses(["report", "own.ipynb", "--output", "own.html"], "own.ipynb itself");
    }

    [Fact]
    public void Two_notebooks_that_would_be_one_page()
    {
        Refuses(["report", ReportProcess.Notebook("plain.ipynb"), ReportProcess.Notebook("plain.ipynb")], "Two of the notebooks would be written to");
    }

    [Fact]
    public void One_output_for_two_notebooks()
    {
        Refuses(["report", ReportProcess.Notebook("plain.ipynb"), ReportProcess.Notebook("torture.ipynb"), "--output", "both.html"], "--output names one file");
    }

    [Fact]
    public void An_option_that_does_not_exist()
    {
        Refuses(["report", ReportProcess.Notebook("plain.ipynb"), "--epochs", "3"], "epochs");
    }

    private void Refuses(string[] arguments, params string[] words)
    {
        var before = _report.Files();
        _report.Run(arguments);

        Assert.Equal(2, _report.ExitCode);
        var sentence = Assert.Single(_report.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.All(words, word => Assert.Contains(word, sentence));
        Assert.DoesNotContain("   at ", sentence);
        Assert.Equal("", _report.Output);
        Assert.Equal(before, _report.Files());
    }
}
