using Grokking.Cli;
using Grokking.Cli.Reports;
using Spectre.Console.Cli;

var app = new CommandApp<ReportCommand>();
app.Configure(configuration =>
{
    configuration.SetApplicationName("dotnet run --project src/Grokking.Cli --");
    configuration.UseStrictParsing();
    configuration.PropagateExceptions();
    configuration.AddCommand<ReportCommand>("report")
        .WithDescription("Runs a notebook and writes it, with everything it showed, as one HTML file.")
        .WithExample("report", ReportCommand.DefaultNotebook, "--parameter", "num_epochs=200");
});

try
{
    return await app.RunAsync(args);
}
catch (Exception refused) when (refused is RequestException or CommandAppException)
{
    Console.Error.WriteLine(refused.Message);
    return ExitCode.Refused;
}
