using System.Text.Json.Nodes;

namespace Grokking.Notebooks.Tests.Reports;

/// <summary>The report of <c>plain.ipynb</c>, made once.</summary>
public sealed class PlainReport : IDisposable
{
    internal ReportProcess Run { get; } = new ReportProcess().Run("report", ReportProcess.Notebook("plain.ipynb"));

    public void Dispose() => Run.Dispose();
}

public sealed class ReportRunTests(PlainReport plain) : IClassFixture<PlainReport>, IDisposable
{
    private readonly ReportProcess _report = new();

    public void Dispose() => _report.Dispose();

    [Fact]
    public void A_notebook_becomes_a_page_and_an_executed_notebook_and_nothing_else()
    {
        Assert.Equal("", plain.Run.Error);
        Assert.Equal(0, plain.Run.ExitCode);
        Assert.Equal(["reports/plain.html", "reports/plain.ipynb"], plain.Run.Files());
        Assert.Contains("reports/plain.html", plain.Run.Output);
    }

    [Fact]
    public void Without_a_terminal_each_cell_is_a_plain_line()
    {
        var lines = plain.Run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.Matches(@"^\[1/3\] var count = 3; \((\d+\.\d s|\d+ ms)\)$", lines[0]);
        Assert.DoesNotContain('\u001b', plain.Run.Output);
    }

    [Fact]
    public void The_executed_notebook_holds_outputs_and_counts_and_keeps_ids_and_metadata()
    {
        var executed = Executed(plain.Run.File("reports/plain.ipynb"));
        Assert.Equal(4, (int)executed["nbformat"]!);
        Assert.Equal(5, (int)executed["nbformat_minor"]!);
        Assert.Equal(".net-csharp", (string)executed["metadata"]!["kernelspec"]!["name"]!);
        Assert.Equal("parameters", (string)Cell(executed, "parameters")["metadata"]!["tags"]![0]!);
        Assert.Equal(2, (int)Cell(executed, "counting")["execution_count"]!);

        var printed = Assert.Single(Cell(executed, "counting")["outputs"]!.AsArray())!;
        Assert.Equal("stream", (string)printed["output_type"]!);
        Assert.Equal("1 of 3\n2 of 3\n3 of 3\n", Text(printed["text"]!));

        var result = Assert.Single(Cell(executed, "doubled")["outputs"]!.AsArray())!;
        Assert.Equal("execute_result", (string)result["output_type"]!);
        Assert.Equal(3, (int)result["execution_count"]!);
        Assert.Contains("6", Text(result["data"]!["text/html"]!));
        Assert.Null(Cell(executed, "empty")["execution_count"]);
    }

    [Fact]
    public void A_parameter_is_assigned_in_a_cell_right_after_the_defaults()
    {
        _report.Run("report", ReportProcess.Notebook("plain.ipynb"), "--parameter", "count=2");

        var executed = Executed(_report.File("reports/plain.ipynb"));
        var cells = executed["cells"]!.AsArray();
        var injected = cells[cells.IndexOf(Cell(executed, "parameters")) + 1]!;
        Assert.Equal("injected-parameters", (string)injected["metadata"]!["tags"]![0]!);
        Assert.EndsWith("count = 2;", Text(injected["source"]!));
        Assert.Equal("1 of 2\n2 of 2\n", Text(Cell(executed, "counting")["outputs"]![0]!["text"]!));
        Assert.Contains("<code>count = 2</code>", File.ReadAllText(_report.File("reports/plain.html")));
    }

    [Fact]
    public void An_executed_notebook_can_be_run_again_with_another_value()
    {
        _report.Run("report", plain.Run.File("reports/plain.ipynb"), "--parameter", "count=2", "--output", "once/plain.html");
        _report.Run("report", "once/plain.ipynb", "--parameter", "count=1", "--output", "again/plain.html");

        var executed = Executed(_report.File("again/plain.ipynb"));
        Assert.Single(executed["cells"]!.AsArray(), cell => cell!["metadata"]!["tags"]?[0]?.ToString() == "injected-parameters");
        Assert.Equal("1 of 1\n", Text(Cell(executed, "counting")["outputs"]![0]!["text"]!));
    }

    [Fact]
    public void A_value_that_is_updated_keeps_its_place_and_its_last_state()
    {
        _report.Write(
            "bar.ipynb",
            """
            using Microsoft.DotNet.Interactive;
            using Microsoft.DotNet.Interactive.Events;
            using Microsoft.DotNet.Interactive.Formatting;
            var context = KernelInvocationContext.Current;
            FormattedValue[] Bar(int i) => [new("text/html", $"<b>{i} of 3</b>"), new("text/plain", $"{i} of 3")];
            context.Publish(new DisplayedValueProduced(null, context.Command, Bar(0), "bar"));
            Console.WriteLine("below the bar");
            context.Publish(new DisplayedValueUpdated(null, "bar", context.Command, Bar(3)));
            """);
        _report.Run("report", "bar.ipynb");

        var outputs = Executed(_report.File("reports/bar.ipynb"))["cells"]![0]!["outputs"]!.AsArray();
        Assert.Equal(2, outputs.Count);
        Assert.Equal("3 of 3", Text(outputs[0]!["data"]!["text/plain"]!));
        Assert.Equal("<b>3 of 3</b>", Text(outputs[0]!["data"]!["text/html"]!));
        Assert.Equal("below the bar\n", Text(outputs[1]!["text"]!));
    }

    [Fact]
    public void A_cell_that_reads_from_the_console_fails_in_a_sentence_and_the_kernel_goes_on_hearing_its_own()
    {
        _report.Write("asks.ipynb", """
            string Ask(Func<object> read)
            {
                try { return read()?.ToString(); } catch (Exception refused) { return refused.Message; }
            }
            Console.WriteLine(Ask(() => Console.ReadLine()));
            Console.WriteLine(Ask(() => Console.In.ReadToEnd()));
            Console.WriteLine(Ask(() => Console.Read()));
            """);
        _report.Run("report", "asks.ipynb");

        var lines = Text(Executed(_report.File("reports/asks.ipynb"))["cells"]![0]!["outputs"]![0]!["text"]!).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.StartsWith("this cell asks its reader for a value, and a report has nobody to ask; make it a variable", line));
    }

    [Fact]
    public void The_kernel_compiles_as_those_that_VS_Code_and_Jupyter_start_here()
    {
        var asked = Repository(".vscode/settings.json")["polyglot-notebook.kernelEnvironmentVariables"]!.AsObject();
        Assert.True(JsonNode.DeepEquals(asked, Repository(".config/jupyter/kernel.json")["env"]));
        _report.Write(
            "compiling.ipynb",
            """
            foreach (System.Collections.DictionaryEntry set in Environment.GetEnvironmentVariables())
            {
                if (((string)set.Key).StartsWith("DOTNET_T"))
                {
                    Console.WriteLine($"{set.Key}={set.Value}");
                }
            }
            """);
        _report.Run("report", "compiling.ipynb");

        Assert.Equal("", _report.Error);
        var printed = Text(Executed(_report.File("reports/compiling.ipynb"))["cells"]![0]!["outputs"]![0]!["text"]!);
        Assert.Equal(asked.Select(set => $"{set.Key}={set.Value}").Order(), printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());

        static JsonNode Repository(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(Kernel.Repository.Folder, file)))!;
    }

    [Fact]
    public void Of_a_folder_every_notebook_is_run_and_an_index_leads_to_them()
    {
        Directory.CreateDirectory(_report.File("essays"));
        _report.Write("essays/second.ipynb", "# The second\n\nMore than [the first](first.ipynb), and [a page](https://example.org/a.ipynb).", "1 + 1");
        _report.Write("essays/first.ipynb", "# The first\n\nIt <shows> little.\n\nNothing else.", "\"one\"");
        _report.Run("report", "essays");

        Assert.Equal((0, ""), (_report.ExitCode, _report.Error));
        Assert.Equal(
            ["first.html", "first.ipynb", "index.html", "second.html", "second.ipynb"],
            _report.Files().Where(file => file.StartsWith("reports", StringComparison.Ordinal)).Select(file => Path.GetFileName(file)!));
        var index = File.ReadAllText(_report.File("reports/index.html"));
        Assert.True(index.IndexOf("<a href=\"first.html\">The first</a>", StringComparison.Ordinal) < index.IndexOf("<a href=\"second.html\">The second</a>", StringComparison.Ordinal));
        Assert.DoesNotContain("Nothing else.", index);
        var second = File.ReadAllText(_report.File("reports/second.html"));
        Assert.Contains("<a href=\"first.html\">the first</a>", second);
        Assert.Contains("<a href=\"https://example.org/a.ipynb\">a page</a>", second);
    }

    [Fact]
    public void An_index_has_the_first_picture_of_each_notebook()
    {
        const string picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg==";
        var shows = $"using Microsoft.DotNet.Interactive; using Microsoft.DotNet.Interactive.Events; using Microsoft.DotNet.Interactive.Formatting; KernelInvocationContext.Current.Publish(new DisplayedValueProduced(null, KernelInvocationContext.Current.Command, [new FormattedValue(\"image/png\", \"{picture}\")]));";
        _report.Write("one.ipynb", "# One", shows);
        _report.Write("two.ipynb", "# Two", "1 + 1", "throw new System.InvalidOperationException(\"no\")");
        _report.Run("report", "one.ipynb", "two.ipynb");

        Assert.Equal(1, _report.ExitCode);
        var index = File.ReadAllText(_report.File("reports/index.html"));
        Assert.Equal(2, index.Split(picture).Length);
        Assert.Contains("The run failed in cell 2.", index);
    }

    [Fact]
    public void A_failing_cell_ends_the_run_and_the_report_shows_where()
    {
        _report.Write("broken.ipynb", "# Broken", "Console.WriteLine(\"before\");", "int zero = 0;\nvar x = 1 / zero;", "Console.WriteLine(\"after\");");
        _report.Run("report", "broken.ipynb");

        Assert.Equal(1, _report.ExitCode);
        Assert.Equal(
            "broken.ipynb: cell 2 failed, and reports/broken.html shows where: DivideByZeroException: Attempted to divide by zero.\n",
            _report.Error);
        var cells = Executed(_report.File("reports/broken.ipynb"))["cells"]!;
        Assert.Equal("DivideByZeroException", (string)cells[2]!["outputs"]![0]!["ename"]!);
        Assert.Null(cells[3]!["execution_count"]);
        Assert.Contains("href=\"#cell-c2\"", File.ReadAllText(_report.File("reports/broken.html")));
    }

    [Fact]
    public void A_cell_that_does_not_compile_fails_with_the_compilers_words()
    {
        _report.Write("broken.ipynb", "int x = \"text\";");
        _report.Run("report", "broken.ipynb");

        Assert.Equal(1, _report.ExitCode);
        Assert.Contains("CS0029", _report.Error);
        Assert.Single(_report.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_thread_that_is_left_behind_and_a_program_that_prints_like_the_kernel_keep_nobody()
    {
        _report.Write(
            "thread.ipynb",
            "new System.Threading.Thread(() => System.Threading.Thread.Sleep(-1)).Start();",
            """"
            System.Diagnostics.Process.Start("sh", ["-c", """echo '{"command":"x","event":{}}' '{"eventType":1}'; echo '{"command":1,"eventType":1}'; echo '{"event":1,"event":2}'"""]).WaitForExit();
            """");
        _report.Run("report", "thread.ipynb");

        Assert.Equal(0, _report.ExitCode);
    }

    [Fact]
    public void What_a_task_prints_after_its_cells_end_is_put_to_its_cell()
    {
        _report.Write(
            "late.ipynb",
            """
            _ = Task.Run(async () => { await Task.Delay(500); Console.Write(1); Console.WriteLine(" late"); await Task.Delay(1500); Console.Error.WriteLine("later"); });
            Console.WriteLine("soon");
            """,
            "await Task.Delay(1000); Console.WriteLine(\"second\");",
            "await Task.Delay(1500); Console.WriteLine(\"third\");");
        _report.Run("report", "late.ipynb");

        Assert.Equal(0, _report.ExitCode);
        var cells = Executed(_report.File("reports/late.ipynb"))["cells"]!.AsArray();
        Assert.Equal(["soon\n1 late\n|later\n", "second\n", "third\n"], cells.Select(cell => string.Join('|', cell!["outputs"]!.AsArray().Select(output => Text(output!["text"]!)))));
    }

    [Fact]
    public void A_folder_that_vanishes_during_the_run_is_said_in_one_sentence()
    {
        _report.Write("vandal.ipynb", "System.IO.Directory.Delete(\"out\", true);\nSystem.IO.File.WriteAllText(\"out\", \"\");");
        _report.Run("report", "vandal.ipynb", "--output", "out/page.html");

        Assert.Equal(1, _report.ExitCode);
        Assert.StartsWith("vandal.ipynb ran, but its report can't be written: ", _report.Error);
        Assert.Single(_report.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(["out", "vandal.ipynb"], _report.Files());
    }

    [Fact]
    public void In_a_terminal_the_running_cell_and_its_progress_move_in_place()
    {
        _report.Write(
            "bar.ipynb",
            """
            using Microsoft.DotNet.Interactive;
            using Microsoft.DotNet.Interactive.Events;
            using Microsoft.DotNet.Interactive.Formatting;
            var context = KernelInvocationContext.Current;
            context.Publish(new DisplayedValueProduced(null, context.Command, [new("text/plain", "bar")], "bar"));
            context.Publish(new DisplayedValueUpdated(null, "bar", context.Command, [new("text/plain", "epoch 7 of 9")]));
            await Task.Delay(500);
            """);
        _report.RunInTerminal("report", "bar.ipynb");

        Assert.Equal(0, _report.ExitCode);
        Assert.Contains("▸", _report.Output);
        Assert.Contains("  epoch 7 of 9", _report.Output);
        Assert.Contains("✓", _report.Output);
        Assert.Contains("\u001b[2A\u001b[J", _report.Output);
        Assert.Contains("reports/bar.html", _report.Output);
        Assert.DoesNotContain("\u001b[?25l", _report.Output);
    }

    private static JsonNode Executed(string file) => JsonNode.Parse(File.ReadAllText(file))!;

    private static JsonNode Cell(JsonNode notebook, string id) => notebook["cells"]!.AsArray().Single(cell => (string)cell!["id"]! == id)!;

    private static string Text(JsonNode lines) => lines is JsonArray array ? string.Concat(array.Select(line => (string)line!)) : (string)lines!;
}
