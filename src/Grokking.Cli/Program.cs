using System.CommandLine;
using System.CommandLine.Invocation;
using Grokking.Cli;
using Grokking.Cli.Sweeps;
using Grokking.Cli.Training;

var root = new RootCommand("Trains small networks until they grok, and turns notebooks into pages that need no network.")
{
    ReportCommand.Create(),
    ExportCommand.Create(),
    TrainCommand.Create(),
    EvaluateCommand.Create(),
    SweepCommand.Create(),
    NotebooksCommand.Create(),
};

Console.SetOut(new SteadyWriter(Console.Out));
Console.SetError(new SteadyWriter(Console.Error));
try
{
    // The two dashes are for dotnet run; typed once too often they arrive here.
    var words = args is ["--", ..] ? args[1..] : args;
    var request = root.Parse(words.Length == 0 ? ["report"] : words);
    if (request.Action is ParseErrorAction refusal)
    {
        throw new RequestException(Refusal.Sentence(request, refusal));
    }

    return await request.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (RequestException refused)
{
    Console.Error.WriteLine(refused.Message);
    return ExitCode.Refused;
}
catch (Exception failed)
{
    Console.Error.WriteLine($"The work failed: {(failed is TypeInitializationException ? failed.GetBaseException() : failed).Message.Split('\n')[0]}");
    return ExitCode.Failed;
}
