using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Grokking.Notebooks.Tests.Reports;
using Microsoft.Playwright;

namespace Grokking.Notebooks.Tests.Sweeps;

/// <summary><c>sweep</c>, as somebody types it.</summary>
public sealed class SweepTests(Chromium chromium) : IDisposable
{
    /// <summary>A grid of eight runs of milliseconds, none of which groks.</summary>
    private static readonly string[] Grid =
        ["--modulus", "7", "--train-fraction", "0.5,0.8", "--weight-decay", "0.1,1", "--seed", "0,1", "--batch-size", "20", "--epochs", "30"];

    private readonly ReportProcess _sweep = new();

    public void Dispose() => _sweep.Dispose();

    [Fact]
    public void A_sweep_prints_a_line_a_run_and_writes_one()
    {
        Sweep("--output", "found/sweep.jsonl");

        var lines = Lines(_sweep.Output);
        Assert.Equal(9, lines.Length);
        Assert.All(lines[..8].Index(), line => Assert.Matches(
            $@"^\[{line.Index + 1}/8\] train fraction 0\.\d, weight decay (0\.)?1, seed [01]: not at 99% after 30 epochs; 0:00:\d\d left$", line.Item));
        Assert.Equal("8 of 8 runs are in found/sweep.jsonl: 0 reached 99% and 8 did not.", lines[^1]);
        Assert.Equal(["found/sweep.jsonl"], _sweep.Files());
        Assert.Equal(8, Runs("found/sweep.jsonl").Select(Cell).Distinct().Count());
        Assert.All(Runs("found/sweep.jsonl"), run => Assert.Equal(("+", 7, 30), ((string)run["operation"]!, (int)run["modulus"]!, (int)run["epochs_trained"]!)));
        Assert.DoesNotContain('\e', _sweep.Output);
    }

    [Fact]
    public void Its_runs_are_those_that_train_trains()
    {
        _sweep.Run("sweep", "--preset", "fast", "--seed", "5", "--output", "sweep.jsonl", "--stop-after", "3");
        Assert.Equal((0, ""), (_sweep.ExitCode, _sweep.Error));
        var run = Assert.Single(Runs("sweep.jsonl"));
        _sweep.Run("train", "--preset", "fast", "--seed", "5");
        var epoch = (int)run["val_epochs_to_99"]!;
        Assert.Contains($"Validation first reached 99% at epoch {epoch}, step {run["val_steps_to_99"]!.ToJsonString()}, after ", _sweep.Output);
        Assert.Equal("reached", (string)run["outcome"]!);
        Assert.InRange((int)run["epochs_trained"]!, epoch + 2, 59);
    }

    [Fact]
    public void The_shards_of_a_grid_are_files_of_their_own_that_together_are_the_grid()
    {
        for (var shard = 0; shard < 3; shard++)
        {
            Sweep("--output", "sweep.jsonl", "--shard", $"{shard}/3");
        }

        Assert.Equal(["sweep.0-of-3.jsonl", "sweep.1-of-3.jsonl", "sweep.2-of-3.jsonl"], _sweep.Files());
        var shards = _sweep.Files().Select(file => Runs(file).Select(Cell).ToList()).ToList();
        Assert.Equal([3, 3, 2], shards.Select(shard => shard.Count));
        Sweep("--output", "whole.jsonl");
        Assert.Equal(Runs("whole.jsonl").Select(Cell).Order(), shards.SelectMany(shard => shard).Order());
    }

    [Fact]
    public async Task Stopped_by_Ctrl_C_it_keeps_what_has_ended_and_the_same_command_goes_on()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no `kill -INT`.");
        string[] command = ["sweep", "--modulus", "7", "--seed", "0,1,2,3", "--epochs", "20,100000000", "--output", "sweep.jsonl", "--parallel", "1"];
        using var process = _sweep.Start(command);
        // The first four runs are short, the fifth does not end.
        await LineAsync(process, line => line.StartsWith("[4/8] ", StringComparison.Ordinal));
        Signal(process, "-INT");
        await LineAsync(process, line => line == "Stopping; Ctrl+C again ends at once.");
        await LineAsync(process, line => line == "4 of 8 runs are in sweep.jsonl: 0 reached 99% and 4 did not.");
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(130, process.ExitCode);
        Assert.Equal("The sweep was stopped; the same command goes on with it.\n", await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));

        using var again = _sweep.Start(command);
        await LineAsync(again, line => line == "Going on: 4 of 8 runs were done before.");
        Signal(again, "-KILL");
        await again.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal([0, 1, 2, 3], Runs("sweep.jsonl").Select(run => (int)run["seed"]!));
    }

    [Fact]
    public async Task Killed_at_any_moment_it_goes_on_where_it_stopped()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no `kill -KILL`.");
        string[] command = ["sweep", "--modulus", "7", "--seed", string.Join(',', Enumerable.Range(0, 40)), "--epochs", "100", "--output", "sweep.jsonl"];
        for (var kill = 1; kill <= 3; kill++)
        {
            using var process = _sweep.Start(command);
            await LineAsync(process, line => line.StartsWith($"[{8 * kill}/40] ", StringComparison.Ordinal));
            Signal(process, "-KILL");
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            // What a kill in the middle of a write leaves.
            File.AppendAllText(_sweep.File("sweep.jsonl"), "{\"operation\":\"+\",\"mod");
        }

        _sweep.Run(command);

        Assert.Equal(0, _sweep.ExitCode);
        Assert.Matches(@"^Line \d+ of sweep\.jsonl is torn, and skipped; its run counts as not done\.\n$", _sweep.Error);
        Assert.Equal(Enumerable.Range(0, 40), Runs("sweep.jsonl").Select(run => (int)run["seed"]!).Order());
    }

    [Fact]
    public void Collected_shards_are_a_table_with_a_line_a_run()
    {
        Sweep("--output", "sweep.jsonl", "--shard", "0/2");
        Sweep("--output", "sweep.jsonl", "--shard", "1/2");
        File.WriteAllText(_sweep.File("notes.txt"), "not of the sweep");
        _sweep.Run("sweep", "--collect", ".", "--output", "sweep.csv");

        Assert.Equal((0, "8 runs in 2 files: 0 reached 99% and 8 did not.\nWrote sweep.csv.\n", ""), (_sweep.ExitCode, _sweep.Output, _sweep.Error));
        var lines = Lines(File.ReadAllText(_sweep.File("sweep.csv")));
        Assert.Equal(9, lines.Length);
        var names = lines[0].Split(',');
        var expected = Runs("sweep.0-of-2.jsonl").Concat(Runs("sweep.1-of-2.jsonl")).ToList();
        foreach (var (run, line) in expected.Zip(lines[1..]))
        {
            var figures = run.AsObject().Where(value => value.Key != "curve").ToList();
            Assert.Equal(names, figures.Select(value => value.Key));
            Assert.Equal(line.Split(','), figures.Select(value => value.Value?.ToString() ?? ""));
        }
    }

    [Fact]
    public async Task Collected_shards_are_a_chart_that_needs_no_network()
    {
        Sweep("--output", "sweep.jsonl", "--shard", "0/2");
        Sweep("--output", "sweep.jsonl", "--shard", "1/2");
        _sweep.Run("sweep", "--collect", ".", "--output", "charts/sweep.html");
        Assert.Equal((0, "8 runs in 2 files: 0 reached 99% and 8 did not.\nWrote charts/sweep.html.\n", ""), (_sweep.ExitCode, _sweep.Output, _sweep.Error));

        var page = await chromium.OpenAsync(_sweep.File("charts/sweep.html"));
        await Chromium.WaitAsync(page, "document.querySelector('[role=figure] .legend')");
        Assert.Equal("8 runs in 2 files: 0 reached 99% and 8 did not.", await page.TitleAsync());
        var time = page.Locator("[role=figure]").Filter(new() { HasText = "Time to 99% validation accuracy" });
        var legend = await time.Locator(".legendtext").AllTextContentsAsync();
        Assert.Equal(["weight decay 0.1", "weight decay 1", "runs that did not get there (at their limit)"], legend);
        // Two weight decays at two fractions, none of which got there.
        Assert.Equal(4, await time.Locator(".points path.point").CountAsync());

        // The map of both settings: the arrow keys go from tile to tile, and the curves below are the chosen one's.
        var map = page.Locator("[role=figure]").Filter(new() { HasText = "Phases of learning" });
        await map.Locator(".heatmaplayer").PressAsync("ArrowUp");
        await Assertions.Expect(map.Locator("[aria-live]")).ToContainTextAsync("weight decay 1; memorisation");
        await Assertions.Expect(map.Locator(".annotation-text")).ToContainTextAsync(new Regex(@"weight decay 1\s*memorisation"));
        await map.Locator(".heatmaplayer").PressAsync("ArrowDown");
        await Assertions.Expect(map.Locator("[aria-live]")).ToContainTextAsync("weight decay 0.1; memorisation");
        var box = (await map.Locator(".nsewdrag").First.BoundingBoxAsync())!;
        await page.Mouse.ClickAsync(box.X + (0.75f * box.Width), box.Y + (0.25f * box.Height));
        await Assertions.Expect(map.Locator("[aria-live]")).ToContainTextAsync("weight decay 1; memorisation");
    }

    private void Sweep(params string[] options)
    {
        _sweep.Run(["sweep", .. Grid, .. options]);
        Assert.Equal((0, ""), (_sweep.ExitCode, _sweep.Error));
    }

    private List<JsonNode> Runs(string file) => [.. Lines(File.ReadAllText(_sweep.File(file))).Select(line => JsonNode.Parse(line)!)];

    private static string Cell(JsonNode run) => $"{run["train_fraction"]} {run["weight_decay"]} {run["seed"]}";

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Reads the output up to the line that is meant.</summary>
    private static async Task LineAsync(Process process, Func<string, bool> isMeant)
    {
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (isMeant(line))
            {
                return;
            }
        }

        Assert.Fail("The line did not come.");
    }

    private static void Signal(Process process, string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{process.Id}"]);
        kill.WaitForExit();
    }
}
