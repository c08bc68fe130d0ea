using System.CommandLine;
using System.Diagnostics;

namespace Grokking.Benchmarks.Speed;

/// <summary>Another process that wants a core.</summary>
internal sealed class Neighbour
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(2);

    /// <summary>The processor that it stays on; null for any.</summary>
    public int? Cpu { get; init; }

    /// <summary>The share of the time for which it is busy.</summary>
    public double BusyShare { get; init; } = 1;

    /// <summary>Starts it; it ends when its input does.</summary>
    public Process Start()
    {
        string[] words = ["dotnet", Environment.GetCommandLineArgs()[0], "busy", FormattableString.Invariant($"{BusyShare}")];
        if (Cpu is { } cpu)
        {
            words = ["taskset", "--cpu-list", $"{cpu}", .. words];
        }

        return Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardInput = true })!;
    }

    /// <summary>The process itself.</summary>
    public static Command Create()
    {
        var share = new Argument<double>("SHARE");
        var command = new Command("busy", "Keeps a core busy until its input ends.") { share };
        command.Hidden = true;
        command.SetAction(given =>
        {
            var busy = given.GetRequiredValue(share) * Period;
            var over = Task.Run(Console.In.ReadToEnd);
            while (!over.IsCompleted)
            {
                for (var clock = Stopwatch.StartNew(); clock.Elapsed < busy;)
                {
                }

                if (busy < Period)
                {
                    Thread.Sleep(Period - busy);
                }
            }
        });
        return command;
    }
}

/// <summary>Neighbours for as long as something is measured.</summary>
internal sealed class Neighbours(params Neighbour[] neighbours) : IDisposable
{
    private readonly Process[] _processes = [.. neighbours.Select(neighbour => neighbour.Start())];

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            process.StandardInput.Close();
            process.WaitForExit();
            process.Dispose();
        }
    }
}
