using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Grokking.Benchmarks.Kernels;

/// <summary><c>kernels</c>: the fused engine's kernels, one by one.</summary>
internal static class KernelsCommand
{
    public static Command Create()
    {
        var brief = new Option<bool>("--short") { Description = "Three iterations each: to see that it runs, not how fast." };
        var command = new Command("kernels", "The fused engine's kernels one by one, in BenchmarkDotNet.") { brief };
        command.SetAction(given => Execute(given.GetValue(brief)));
        return command;
    }

    private static void Execute(bool brief)
    {
        // In this process: a project generated for each benchmark would be built with other settings than the library's.
        var config = DefaultConfig.Instance
            .AddJob((brief ? Job.ShortRun : Job.Default).WithToolchain(InProcessEmitToolchain.Instance))
            .WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "BenchmarkDotNet.Artifacts"))
            .WithOptions(ConfigOptions.JoinSummary)
            .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(40));
        BenchmarkRunner.Run(
            [
                BenchmarkConverter.TypeToBenchmarks(typeof(MatrixBenchmark), config.AddColumn(new GigaflopsColumn())),
                BenchmarkConverter.TypeToBenchmarks(typeof(SoftmaxBenchmark), config),
                BenchmarkConverter.TypeToBenchmarks(typeof(AdamWBenchmark), config),
            ]);
    }
}
