using System.Diagnostics;
using Grokking.Runs;
using Grokking.Tests.Faults;

namespace Grokking.Benchmarks.Battery;

/// <summary>The command line's <c>train</c>, as processes that are killed and that get into each other's way.</summary>
internal sealed class TrainProcesses(string folder, int seed)
{
    private static readonly string[] Settings = ["--modulus", "23", "--seed", "3", "--weight-decay", "0.1", "--threads", "1"];

    private readonly Random _random = new(seed);

    /// <summary>Kills a run at random moments; each time it must go on, and in the end be the run that never was killed.</summary>
    public Tally Kill(string engine, int epochs, int kills)
    {
        var tally = new Tally();
        if (kills == 0)
        {
            return tally;
        }

        string[] settings = [.. Settings, "--engine", engine, "--epochs", $"{epochs}"];
        Run([.. settings, "--checkpoint", Path.Combine(folder, "whole.safetensors")]);
        var file = Path.Combine(folder, $"killed-{engine}");
        for (var kill = 0; kill < kills; kill++)
        {
            var before = File.GetLastWriteTimeUtc(file);
            using var process = Start([.. Begun(), "--keep-every", $"{_random.Next(1, 6)}"]);
            // A moment in which it trains or writes; only the first kill is while it starts.
            while (kill > 0 && File.GetLastWriteTimeUtc(file) == before && !process.HasExited)
            {
                Thread.Sleep(1);
            }

            Thread.Sleep(_random.Next(0, 100));
            process.Kill();
            process.WaitForExit();
            tally.Add($"kill {kill + 1}", () => !File.Exists(file) || RunState.Load(file).Settings is { Seed: 3 }, file);
        }

        Run([.. Begun(), "--checkpoint", Path.Combine(folder, "killed.safetensors")]);
        tally.Add("all of it", () => Bytes("whole.safetensors").SequenceEqual(Bytes("killed.safetensors")), "");
        return tally;

        string[] Begun() => File.Exists(file) ? ["--resume", file] : [.. settings, "--run", file];

        byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(folder, name));
    }

    /// <summary>Starts two runs with one file at a time: one must train, the other say who has the file, and the file be the first one's.</summary>
    public Tally Compete(int times)
    {
        var tally = new Tally();
        for (var time = 0; time < times; time++)
        {
            var file = Path.Combine(folder, $"wanted-{time}");
            string[] command = [.. Settings, "--epochs", "3000", "--run", file, "--keep-every", "100"];
            Process[] both = [Start(command), Start(command)];
            string[] said = [.. both.Select(process => process.StandardError.ReadToEnd())];
            Array.ForEach(both, process => process.WaitForExit());
            int[] codes = [.. both.Select(process => process.ExitCode)];
            tally.Add(
                $"time {time + 1}, codes {string.Join(" and ", codes)}: {string.Concat(said)}",
                () => codes.Order().SequenceEqual([0, 2])
                    && said[Array.IndexOf(codes, 2)].TrimEnd() is { } sentence && sentence.Contains(file, StringComparison.Ordinal) && !sentence.Contains('\n')
                    && RunState.Load(file).History.Count == 3000,
                "");
            Array.ForEach(both, process => process.Dispose());
        }

        return tally;
    }

    private static void Run(string[] options)
    {
        using var process = Start(options);
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new IOException($"train {string.Join(' ', options)} ended with {process.ExitCode}: {error}");
        }
    }

    private static Process Start(string[] options)
    {
        var cli = AppContext.BaseDirectory.Replace(Path.Combine("tests", "Grokking.Benchmarks"), Path.Combine("src", "Grokking.Cli"));
        var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(cli, "Grokking.Cli.dll"), "train", .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        // Nobody reads it; a full pipe would stop the run.
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }
}
