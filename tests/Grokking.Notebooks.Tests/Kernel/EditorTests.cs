using System.Text.Json.Nodes;
using Grokking.Notebooks.Tests.Reports;

namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>What VS Code shows around the cells: documentation, variables, charts that are not the library's.</summary>
public sealed class EditorTests : IDisposable
{
    private readonly StdioKernel _kernel = new(Repository.Notebooks);
    private readonly NotebookReader _reader;

    public EditorTests() => _reader = new NotebookReader(_kernel);

    public void Dispose() => _kernel.Dispose();

    [Fact]
    public void After_the_first_cell_the_librarys_names_have_their_documentation_under_the_mouse()
    {
        _reader.RunAll("imports");

        Assert.Contains("All equations of an operation", _kernel.Hover("var dataset = new EquationDataset(97, Operation.Add);", 20));
        Assert.Contains("What a notebook's first cell calls", _kernel.Hover("GrokkingNotebook.Start();", 2));
    }

    [Fact]
    public void The_list_of_variables_says_what_each_is_and_changes_nothing()
    {
        _reader.PrepareTraining(epochs: 3);
        _reader.Train();
        Assert.Null(_kernel.Run("var trainer = new Trainer(engine, order, history);").Error);
        var bits = _reader.Bits();
        var variables = _kernel.Variables();

        Assert.Equal("GrokkingMlp: 91,107 parameters", variables["net"]);
        Assert.Equal("FusedEngine after 45 steps of adamw; GrokkingMlp: 91,107 parameters", variables["engine"]);
        Assert.Equal("Trainer after 3 epochs; FusedEngine after 45 steps of adamw; GrokkingMlp: 91,107 parameters", variables["trainer"]);
        Assert.Equal("15 training and 4 validation batches of 512", variables["order"]);
        Assert.Equal("4 copies, after 0 to 3 epochs", variables["snapshots"]);
        Assert.Equal("epochs 0 to 3", variables["bar"]);
        Assert.Matches(@"^3 epochs, 45 steps; train accuracy [\d.]+%, val accuracy [\d.]+%$", variables["history"]);
        Assert.Null(_kernel.Run("order").Error);
        Assert.Equal(bits, _reader.Bits());
    }

    /// <summary>Console.Out is locked while it asks for the text: by then the kernel has the answer to send, and wants that lock.</summary>
    [Fact]
    public void A_cell_prints_while_the_editor_asks_for_the_variables()
    {
        _reader.RunAll("imports", "parameters");
        var printing = _kernel.Start("""
            class Slow
            {
                public override string ToString()
                {
                    System.Threading.Thread.Sleep(1000);
                    return "slow";
                }
            }

            Console.WriteLine("now");
            Console.WriteLine(new Slow());
            """).Until(run => run.Output == "now\n");

        Assert.Equal("0", _kernel.Variables()["seed"]);
        Assert.Equal("now\nslow\n", printing.Finish().Output);
    }

    [Fact]
    public void A_history_is_shown_as_a_table_of_its_last_epochs()
    {
        _reader.PrepareTraining(epochs: 12);
        _reader.Train();
        var table = Assert.Single(_kernel.Run("history").Shown("text/html"));

        Assert.StartsWith("<table>", table);
        Assert.Equal(1 + 10, table.Split("<tr>").Length - 1);
        Assert.Contains("<td>12<td>180<td>", table);
        Assert.DoesNotContain("<td>2<td>30<td>", table);
    }

    [Fact]
    public void A_chart_of_Plotly_NETs_own_has_the_pages_colours_and_width_unless_it_was_given_others()
    {
        _reader.RunAll("imports");
        var stock = Figure("Plotly.NET.CSharp.Chart.Line<int, int, string>(new[] { 1, 2 }, new[] { 3, 4 })")["layout"]!;
        Assert.Null(stock["width"]);
        Assert.Equal("rgba(0,0,0,0)", (string)stock["template"]!["layout"]!["paper_bgcolor"]!);
        Assert.Equal("rgba(0,0,0,0)", (string)stock["template"]!["layout"]!["plot_bgcolor"]!);

        var sized = Figure("using Plotly.NET.CSharp;\nChart.Line<int, int, string>(new[] { 1, 2 }, new[] { 3, 4 }).WithSize(300, 200)")["layout"]!;
        Assert.Equal((300, 200), ((int)sized["width"]!, (int)sized["height"]!));
    }

    [Fact]
    public void A_notebook_that_VS_Code_has_saved_takes_parameters()
    {
        using var report = new ReportProcess();
        var notebook = _reader.Notebook.Document.DeepClone();
        var cells = notebook["cells"]!.AsArray();
        foreach (var cell in cells.Select(cell => cell!.AsObject()))
        {
            // VS Code keeps a cell's other metadata only where it finds the cell's language in them.
            if (cell["metadata"]!["dotnet_interactive"] is null && cell["metadata"]!["polyglot_notebook"] is null)
            {
                cell["metadata"] = new JsonObject();
            }
        }

        // What comes after the parameters trains.
        var last = cells.Select((cell, place) => ((string)cell!["id"]!, place)).Single(cell => cell.Item1 == "parameters").place;
        cells.RemoveRange(last + 1, cells.Count - last - 1);
        var library = Path.Combine(Repository.Folder, "src").Replace('\\', '/');
        File.WriteAllText(report.File("saved.ipynb"), notebook.ToJsonString().Replace("../src", library, StringComparison.Ordinal));
        report.Run("report", "saved.ipynb", "--parameter", "num_epochs=7");

        Assert.Equal((0, ""), (report.ExitCode, report.Error));
        Assert.Contains("num_epochs = 7", File.ReadAllText(report.File("reports/saved.ipynb")));
    }

    private JsonNode Figure(string chart)
    {
        var run = _kernel.Run(chart);
        Assert.True(run.Error is null, run.Error);
        var html = Assert.Single(run.Shown("text/html"));
        const string start = "<script type=\"application/json\">";
        var json = html[(html.IndexOf(start, StringComparison.Ordinal) + start.Length)..];
        return JsonNode.Parse(json[..json.IndexOf("</script>", StringComparison.Ordinal)])!;
    }
}
