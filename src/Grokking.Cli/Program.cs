using Grokking.Cli;
using Grokking.Cli.Reports;
using Grokking.Cli.Sweeps;
using Grokking.Cli.Training;
using Spectre.Console.Cli;

var app = new CommandApp();
app.Configure(configuration =>
{
    configuration.SetApplicationName("dotnet run --project src/Grokking.Cli --");
    configuration.UseStrictParsing();
    configuration.PropagateExceptions();
    configuration.AddCommand<ReportCommand>("report")
        .WithDescription("Runs a notebook and writes it, with everything it showed, as one HTML file.")
        .WithExample("report", ReportCommand.DefaultNotebook, "--parameter", "num_epochs=200");
    configuration.AddCommand<TrainCommand>("train")
        .WithDescription("Trains the seed notebook's network, and writes its history and its weights.")
        .WithExample("train", "--epochs", "6000", "--history", "run.csv", "--checkpoint", "model.safetensors");
    configuration.AddCommand<EvaluateCommand>("evaluate")
        .WithDescription("Prints loss and accuracy of a checkpoint over all equations.")
        .WithExample("evaluate", "model.safetensors");
    configuration.AddCommand<SweepCommand>("sweep")
        .WithDescription("Trains over a grid of recipes, split sizes and seeds, and draws how soon each groks.")
        .WithExample("sweep", "--preset", "fast", "--train-fraction", "0.5,0.8", "--seed", "0,1,2", "--output", "sweep.jsonl")
        .WithExample("sweep", "--collect", ".", "--output", "sweep.html");
});

try
{
    return await app.RunAsync(Arguments.ForParser(args));
}
catch (Exception refused) when (refused is RequestException or CommandAppException)
{
    Console.Error.WriteLine(refused.Message);
    return ExitCode.Refused;
}
catch (Exception failed)
{
    Console.Error.WriteLine($"The work failed: {failed.Message.Split('\n')[0]}");
    return ExitCode.Failed;
}
