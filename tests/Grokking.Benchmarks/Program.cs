using Grokking.Benchmarks;
using Grokking.Benchmarks.Speed;
using Spectre.Console.Cli;

var app = new CommandApp<SpeedCommand>();
app.Configure(configuration =>
{
    configuration.SetApplicationName("benchmarks");
    configuration.UseStrictParsing();
    configuration.PropagateExceptions();
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
