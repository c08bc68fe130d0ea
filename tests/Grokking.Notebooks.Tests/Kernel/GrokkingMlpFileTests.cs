using System.Text.RegularExpressions;

namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>The notebooks' files, without running them; what their cells do, <see cref="GrokkingMlpTests"/> says.</summary>
public sealed partial class GrokkingMlpFileTests
{
    // The original's code cells in its order: number 1 to 12, the one of the norm, and those of the two reductions; with three of our own: go-on, keep and delay.
    private static readonly string[] Cells =
    [
        "imports", "parameters", "dataset", "tokens-to-text", "random-equations", "split", "model", "optimizer", "history", "layer-norm", "go-on", "train",
        "keep", "loss-chart", "accuracy-chart", "delay", "norm-chart", "evaluation", "principal-components", "circles-chart",
    ];

    private static readonly string[] Headings =
        ["# Grokking MLP", "## Create Dataset", "## Create Model", "## Train Model", "## Visualize Results", "## Evaluate on Val Set", "## Dimensionality Reduction"];

    // The statements of the original's loop, in its order.
    private static readonly string[] Loop =
    [
        "foreach (var epoch in bar)", "foreach (var batch in order.Training)", "engine.TrainBatch(batch)", "foreach (var batch in order.Validation)",
        "engine.EvaluateBatch(batch)", "history.Add(", "if (epoch % 100 == 0)", "Console.WriteLine(history[^1].LogLine(num_epochs))",
    ];

    private readonly NotebookFile _notebook = new("grokking-mlp.ipynb");

    public static TheoryData<string> Notebooks => [.. Directory.GetFiles(Repository.Notebooks, "*.ipynb").Select(file => Path.GetFileName(file)!)];

    [Fact]
    public void The_cells_stand_in_the_originals_order() => Assert.Equal(Cells, _notebook.Code);

    [Fact]
    public void The_originals_headings_stand_in_its_order()
    {
        var headings = _notebook.Cells
            .Where(cell => (string)cell!["cell_type"]! == "markdown")
            .Select(cell => _notebook[(string)cell!["id"]!].Split('\n')[0])
            .Where(line => Headings.Contains(line));

        Assert.Equal(Headings, headings);
    }

    [Fact]
    public void The_loop_is_in_the_cell_and_has_the_originals_statements_and_sums()
    {
        var statements = _notebook["train"].Split('\n').Select(line => line.Split("//")[0].Trim()).Where(line => line.Length > 1).ToList();

        Assert.Equal(Loop, statements.SelectMany(line => Loop.Where(part => line.Contains(part, StringComparison.Ordinal))));
        Assert.Equal(["correct", "loss", "val_correct", "val_loss"], Sum().Matches(string.Join('\n', statements)).Select(sum => sum.Groups[1].Value).Order());
        Assert.InRange(statements.Count, 1, 30);
    }

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void The_file_is_nbformat_4_5_with_the_metadata_that_VS_Code_writes_and_no_outputs(string name)
    {
        var notebook = new NotebookFile(name);
        Assert.Equal(4, (int)notebook.Document["nbformat"]!);
        Assert.Equal(5, (int)notebook.Document["nbformat_minor"]!);
        var metadata = notebook.Document["metadata"]!;
        Assert.Equal("""{"display_name":".NET (C#)","language":"C#","name":".net-csharp"}""", metadata["kernelspec"]!.ToJsonString());
        Assert.Equal("polyglot-notebook", (string)metadata["language_info"]!["name"]!);
        Assert.Equal("csharp", (string)metadata["polyglot_notebook"]!["kernelInfo"]!["defaultKernelName"]!);
        Assert.All(notebook.Cells, cell => Assert.Matches("^[a-zA-Z0-9-_]{1,64}$", (string)cell!["id"]!));
        Assert.Distinct(notebook.Cells.Select(cell => (string)cell!["id"]!));

        // Where VS Code finds no language in a cell's metadata, it drops the tag of the parameters on saving.
        Assert.All(notebook.Cells.Where(cell => (string)cell!["cell_type"]! == "code"), cell =>
        {
            Assert.Empty(cell!["outputs"]!.AsArray());
            Assert.Null(cell["execution_count"]);
            Assert.Equal("csharp", (string)cell["metadata"]!["dotnet_interactive"]!["language"]!);
            Assert.Equal("csharp", (string)cell["metadata"]!["polyglot_notebook"]!["kernelName"]!);
        });
        Assert.Single(notebook.Cells, cell => cell!["metadata"]!["tags"]?.AsArray().Any(tag => (string)tag! == "parameters") == true);
    }

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void One_reference_and_one_call_make_it_ready(string name)
    {
        var notebook = new NotebookFile(name);
        var code = string.Join('\n', notebook.Code.Select(cell => notebook[cell]));

        Assert.Equal("#r \"../src/Grokking.Notebooks/bin/Grokking.Notebooks.dll\"", Assert.Single(Reference().Matches(code)).Value);
        Assert.Single(Start().Matches(code));
    }

    [Fact]
    public void The_parameters_have_the_originals_values_and_keep_no_file() =>
        Assert.Equal("var num_epochs = 20_000;\nvar seed = 0;\nvar run_file = \"\";", _notebook["parameters"]);

    [GeneratedRegex("#[ri] .*")]
    private static partial Regex Reference();

    [GeneratedRegex(@"GrokkingNotebook\.Start\(\)")]
    private static partial Regex Start();

    [GeneratedRegex(@"total_(\w+) \+= (?:loss|correct);")]
    private static partial Regex Sum();
}
