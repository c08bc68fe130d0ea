using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Grokking.Notebooks.Tests.Reports;

/// <summary>Ctrl+C, as a terminal sends it.</summary>
public sealed class ReportInterruptionTests : IDisposable
{
    private const string Listening = """
        using Microsoft.DotNet.Interactive;
        using Microsoft.DotNet.Interactive.Events;
        using Microsoft.DotNet.Interactive.Formatting;
        var context = KernelInvocationContext.Current;
        FormattedValue[] Bar(string text) => [new("text/html", $"<b>{text}</b>"), new("text/plain", text)];
        context.Publish(new DisplayedValueProduced(null, context.Command, Bar("running"), "bar"));
        // The kernel drops what a cell says after its cancellation; so who cancels is held, as Progress.Range does it.
        var said = new System.Threading.ManualResetEventSlim();
        context.CancellationToken.Register(() => said.Wait());
        System.IO.File.WriteAllText("started", "");
        context.CancellationToken.WaitHandle.WaitOne();
        context.Publish(new DisplayedValueUpdated(null, "bar", context.Command, Bar("stopped at epoch 7")));
        Console.WriteLine("the history is kept");
        said.Set();
        """;

    private const string Deaf = """
        System.IO.File.WriteAllText("started", "");
        while (true)
        {
            System.Threading.Thread.Sleep(10);
        }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ReportProcess _report = new();

    public ReportInterruptionTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no `kill -INT`.");

    public void Dispose() => _report.Dispose();

    [Fact]
    public async Task What_is_finished_is_written_and_said()
    {
        _report.Write("long.ipynb", "Console.WriteLine(\"first\");", Listening, "Console.WriteLine(\"last\");");
        using var process = await StartedAsync("long.ipynb");

        Interrupt(process);
        await EndAsync(process);

        Assert.Equal(130, process.ExitCode);
        Assert.Equal("long.ipynb was stopped in cell 2, and reports/long.html shows what was finished.\n", await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal(["long.ipynb", "reports/long.html", "reports/long.ipynb", "started"], _report.Files());
        var cells = JsonNode.Parse(File.ReadAllText(_report.File("reports/long.ipynb")))!["cells"]!;
        Assert.Equal("first\n", (string)cells[0]!["outputs"]![0]!["text"]![0]!);
        Assert.Equal("stopped at epoch 7", (string)cells[1]!["outputs"]![0]!["data"]!["text/plain"]![0]!);
        Assert.Equal("the history is kept\n", (string)cells[1]!["outputs"]![1]!["text"]![0]!);
        Assert.Empty(cells[2]!["outputs"]!.AsArray());
    }

    [Fact]
    public async Task A_cell_that_does_not_listen_is_left_behind()
    {
        _report.Write("deaf.ipynb", Deaf);
        using var process = await StartedAsync("deaf.ipynb");

        Interrupt(process);
        await EndAsync(process);

        Assert.Equal(130, process.ExitCode);
        Assert.True(File.Exists(_report.File("reports/deaf.html")));
    }

    [Fact]
    public async Task A_second_one_ends_the_process_at_once()
    {
        _report.Write("deaf.ipynb", Deaf);
        using var process = await StartedAsync("deaf.ipynb");

        Interrupt(process);
        Assert.StartsWith("Stopping", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        var clock = Stopwatch.StartNew();
        Interrupt(process);
        await EndAsync(process);

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Equal(130, process.ExitCode);
        Assert.Contains("started", _report.Files());
    }

    /// <summary>Starts a report, and comes back when the cell that writes a file has written it.</summary>
    private async Task<Process> StartedAsync(string notebook)
    {
        var process = _report.Start("report", notebook);
        var clock = Stopwatch.StartNew();
        while (!File.Exists(_report.File("started")))
        {
            Assert.False(process.HasExited, "The report ended before it was stopped.");
            Assert.True(clock.Elapsed < Patience, "The cell did not start.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        return process;
    }

    private static void Interrupt(Process process)
    {
        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        kill.WaitForExit();
    }

    private static async Task EndAsync(Process process)
    {
        using var limit = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(limit.Token);
    }
}
