using System.CommandLine;
using System.CommandLine.Invocation;
using Grokking.Benchmarks;
using Grokking.Benchmarks.Battery;
using Grokking.Benchmarks.Curves;
using Grokking.Benchmarks.Kernels;
using Grokking.Benchmarks.Presets;
using Grokking.Benchmarks.Speed;
using Grokking.Cli;

var root = new RootCommand("Measures this library: alone, and beside PyTorch and what the machine can do at best.")
{
    SpeedCommand.Create(),
    PlainCommand.Create(),
    ThreadsCommand.Create(),
    Neighbour.Create(),
    KernelsCommand.Create(),
    CurvesCommand.Create(),
    ChartCommand.Create(),
    SeedsCommand.Create(),
    FastCommand.Create(),
    SearchCommand.Create(),
    OptimizersCommand.Create(),
    SettingsCommand.Create(),
    BatteryCommand.Create(),
};

try
{
    var request = root.Parse(args is [] or ["--rounds" or "--seconds", ..] ? ["speed", .. args] : args);
    if (request.Action is ParseErrorAction refusal)
    {
        throw new RequestException(Refusal.Sentence(request, refusal));
    }

    return request.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (RequestException refused)
{
    Console.Error.WriteLine(refused.Message);
    return 2;
}
catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(failed.Message);
    return 1;
}
