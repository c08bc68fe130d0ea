using Grokking.Benchmarks;
using Grokking.Benchmarks.Curves;
using Grokking.Benchmarks.Kernels;
using Grokking.Benchmarks.Presets;
using Grokking.Benchmarks.Speed;
using Spectre.Console.Cli;

var app = new CommandApp<SpeedCommand>();
app.Configure(configuration =>
{
    configuration.SetApplicationName("benchmarks");
    configuration.UseStrictParsing();
    configuration.PropagateExceptions();
    configuration.AddCommand<KernelsCommand>("kernels")
        .WithDescription("The fused engine's kernels one by one, in BenchmarkDotNet.");
    configuration.AddCommand<CurvesCommand>("curves")
        .WithDescription("Validation accuracy against seconds: the fused engine, autograd and PyTorch, one after the other.");
    configuration.AddCommand<ChartCommand>("chart")
        .WithDescription("Draws what curves wrote.");
    configuration.AddCommand<SeedsCommand>("seeds")
        .WithDescription("A preset with several seeds at once: when each of them groks.");
    configuration.AddCommand<FastCommand>("fast")
        .WithDescription("The fast preset on fresh seeds, one run at a time: how soon it groks.");
    configuration.AddCommand<SettingsCommand>("settings")
        .WithDescription("The README's table of a run's settings.");
    configuration.AddCommand<SearchCommand>("search")
        .WithDescription("Searches for the settings that grok soonest, and tries them on fresh seeds.");
});

try
{
    return app.Run(args);
}
catch (Exception refused) when (refused is RequestException or CommandAppException)
{
    Console.Error.WriteLine(refused.Message);
    return 2;
}
catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(failed.Message);
    return 1;
}
