using System.ComponentModel;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Spectre.Console.Cli;

namespace Grokking.Benchmarks.Kernels;

/// <summary><c>kernels</c>: the fused engine's kernels, one by one.</summary>
internal sealed class KernelsCommand : Command<KernelsCommand.Settings>
{
    internal sealed class Settings : CommandSettings
    {
        [CommandOption("--short")]
        [Description("Three iterations each: to see that it runs, not how fast.")]
        public bool Short { get; init; }
    }

    public override int Execute(CommandContext context, Settings settings, CancellationToken cancellation)
    {
        // In this process: a project generated for each benchmark would be built with other settings than the library's.
        var config = DefaultConfig.Instance
            .AddJob((settings.Short ? Job.ShortRun : Job.Default).WithToolchain(InProcessEmitToolchain.Instance))
            .WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "BenchmarkDotNet.Artifacts"))
            .WithOptions(ConfigOptions.JoinSummary)
            .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(40));
        BenchmarkRunner.Run(
            [
                BenchmarkConverter.TypeToBenchmarks(typeof(MatrixBenchmark), config.AddColumn(new GigaflopsColumn())),
                BenchmarkConverter.TypeToBenchmarks(typeof(SoftmaxBenchmark), config),
                BenchmarkConverter.TypeToBenchmarks(typeof(AdamWBenchmark), config),
            ]);
        return 0;
    }
}
