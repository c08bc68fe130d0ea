namespace Grokking.Notebooks.Tests.Kernel;

/// <summary><c>Progress.Range</c> under a loop of anybody's.</summary>
[Collection(KernelCollection.Name)]
public sealed class ProgressTests(SharedKernels kernels)
{
    private const string Set = "#r \"../src/Grokking.Notebooks/bin/Grokking.Notebooks.dll\"\nusing Grokking.Notebooks;\nGrokkingNotebook.Start();";

    public static TheoryData<KernelHost> Hosts => [KernelHost.VSCode, KernelHost.Jupyter];

    [Theory]
    [MemberData(nameof(Hosts))]
    public void A_loop_that_trains_nothing_has_a_bar_with_its_numbers_and_its_curves(KernelHost host)
    {
        var run = Run(host, """
            var bar = Progress.Range(0, 30, "file");
            foreach (var i in bar)
            {
                bar.Show(("bytes", 1000.0 * i));
                bar.Plot(("share", i / 29.0), ("rest", 1 - i / 29.0));
                System.Threading.Thread.Sleep(10);
            }
            """);

        Assert.Null(run.Error);
        Assert.Matches(@"^Done: 30 files in \d+ s · bytes 29000\.0 · share 1\.000 · rest 0\.000 · [\d.]+ files/s$", Assert.Single(run.Shown("text/plain")));
        var html = Assert.Single(run.Shown("text/html"));
        Assert.Contains("""max="30" value="30" """.Trim(), html);
        Assert.Equal(2, html.Split("<polyline").Length - 1);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void A_stop_waits_for_the_turn_at_hand_however_long_it_is(KernelHost host)
    {
        var run = Start(host, """
            foreach (var i in Progress.Range(0, 5, "turn"))
            {
                Console.WriteLine($"turn {i}");
                System.Threading.Thread.Sleep(3000);
                Console.WriteLine($"end of turn {i}");
            }

            Console.WriteLine("after the loop");
            """).Until(run => run.Output.Contains("turn 0", StringComparison.Ordinal));
        run.Stop();

        Assert.Equal("turn 0\nend of turn 0\nafter the loop\n", run.Output);
        Assert.StartsWith("Stopped at turn 1 of 5 in ", Assert.Single(run.Shown("text/plain")));
        Assert.Contains("""max="5" value="1" """.Trim(), Assert.Single(run.Shown("text/html")));
        Assert.Equal("42", kernels[host].Run("Console.Write(6 * 7);").Output);
    }

    [Theory]
    [InlineData("bar.Show((\"error\", i == 2 ? double.NaN : 1));", "error")]
    [InlineData("bar.Plot((\"distance\", i == 2 ? double.PositiveInfinity : 1));", "distance")]
    public void A_number_that_is_not_finite_ends_the_loop_with_a_sentence(string turn, string name)
    {
        var run = Run(KernelHost.VSCode, $$"""
            var bar = Progress.Range(0, 9, "turn");
            foreach (var i in bar)
            {
                {{turn}}
                Console.Write(i);
            }
            """);

        Assert.Equal((null, "012"), (run.Error, run.Output));
        Assert.StartsWith($"Stopped, because the {name} is no finite number, at turn 3 of 9 in ", Assert.Single(run.Shown("text/plain")));
    }

    [Fact]
    public void A_loop_that_is_left_in_the_middle_says_where()
    {
        var run = Run(KernelHost.VSCode, "foreach (var i in Progress.Range(4, 9, \"turn\")) { if (i == 6) break; }");

        Assert.Null(run.Error);
        Assert.StartsWith("Ended at turn 6 of 9, the last 2 in ", Assert.Single(run.Shown("text/plain")));
    }

    [Fact]
    public void Each_run_of_a_cell_has_a_bar_of_its_own_that_moves_at_most_300_times()
    {
        const string cell = "foreach (var i in Progress.Range(0, 1000)) System.Threading.Thread.Sleep(2);";
        var first = Run(KernelHost.VSCode, cell).UpdatedIds;
        var second = Run(KernelHost.VSCode, cell).UpdatedIds;

        Assert.InRange(first.Count, 2, 300);
        Assert.NotEqual(Assert.Single(first.Distinct()), Assert.Single(second.Distinct()));
    }

    private CellRun Run(KernelHost host, string cell) => Start(host, cell).Finish();

    private CellRun Start(KernelHost host, string cell)
    {
        Assert.Null(kernels[host].Run(Set).Error);
        return kernels[host].Start(cell);
    }
}
