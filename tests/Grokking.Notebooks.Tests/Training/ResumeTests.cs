using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Grokking.Notebooks.Tests.Reports;

namespace Grokking.Notebooks.Tests.Training;

/// <summary><c>train --run</c> and <c>train --resume</c>, as somebody types them, stops them and kills them.</summary>
public sealed class ResumeTests : IDisposable
{
    // The benchmarks' battery kills it more often.
    private const int Kills = 3;

    // 423 training equations in one step an epoch.
    private static readonly string[] Settings = ["--modulus", "23", "--seed", "3", "--weight-decay", "0.1", "--threads", "1"];

    private readonly ReportProcess _train = new();

    public void Dispose() => _train.Dispose();

    [Theory]
    [InlineData("fused", 6_000)]
    [InlineData("autograd", 2_000)]
    public void A_run_that_is_killed_at_random_moments_ends_as_one_that_never_was(string engine, int epochs)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGKILL.");
        string[] settings = [.. Settings, "--engine", engine, "--epochs", $"{epochs}"];
        Train([.. settings, "--history", "whole.csv", "--checkpoint", "whole.safetensors"]);

        var seed = Environment.TickCount;
        try
        {
            Kill(new Random(seed), settings);
            Train("--resume", "run", "--history", "run.csv", "--checkpoint", "run.safetensors");
            Assert.Equal(WithoutSeconds("whole.csv"), WithoutSeconds("run.csv"));
            Assert.Equal(Bytes("whole.safetensors"), Bytes("run.safetensors"));
            Assert.Equal(["run", "run.csv", "run.safetensors", "whole.csv", "whole.safetensors"], _train.Files());
        }
        catch (Exception difference)
        {
            Assert.Fail($"With the moments of seed {seed}: {difference.Message}");
        }
    }

    [Theory]
    [InlineData("fused")]
    [InlineData("autograd")]
    public async Task A_run_that_is_stopped_by_Ctrl_C_goes_on(string engine)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no `kill -INT`.");
        string[] settings = [.. Settings, "--batch-size", "16", "--engine", engine];
        var stopped = "";
        using (var process = _train.Start(["train", .. settings, "--epochs", "100000", "--run", "run", "--keep-every", "100000"]))
        {
            Assert.StartsWith("[1/100000]", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
            using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
            Assert.Contains("Wrote run.\n", await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
            stopped = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(130, process.ExitCode);
        }

        var finished = int.Parse(Regex.Match(stopped, @"after ([\d,]+) of").Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        Train([.. settings, "--epochs", $"{finished + 5}", "--history", "whole.csv", "--checkpoint", "whole.safetensors"]);
        Train("--resume", "run", "--epochs", $"{finished + 5}", "--history", "run.csv", "--checkpoint", "run.safetensors");
        Assert.Equal(WithoutSeconds("whole.csv"), WithoutSeconds("run.csv"));
        Assert.Equal(Bytes("whole.safetensors"), Bytes("run.safetensors"));
    }

    [Fact]
    public void A_run_that_has_ended_says_so_and_gives_its_files_or_goes_further()
    {
        Train([.. Settings, "--epochs", "10", "--history", "run.csv", "--run", "run"]);
        var (history, bytes) = (Bytes("run.csv"), Bytes("run"));
        Train("--resume", "run", "--history", "again.csv");
        Assert.StartsWith("The run in run is finished: it has all of its 10 epochs; --epochs takes it further.\nWrote again.csv.\nValidation ", _train.Output);
        Assert.Equal(history, Bytes("again.csv"));
        Assert.Equal(bytes, Bytes("run"));

        Train([.. Settings, "--resume", "run", "--epochs", "15", "--history", "run.csv"]);
        Train([.. Settings, "--epochs", "15", "--history", "whole.csv"]);
        Assert.Equal(WithoutSeconds("whole.csv"), WithoutSeconds("run.csv"));
    }

    [Fact]
    public void What_the_run_contradicts_is_refused_and_the_run_is_as_it_was()
    {
        Train([.. Settings, "--epochs", "10", "--run", "run"]);
        Refuses("The run in run was begun with --seed 3, not 4; leave that out.", "--resume", "run", "--seed", "4");
        Refuses("The run in run has another preset: its weight decay is 0.1; leave --preset out.", "--resume", "run", "--preset", "fast");
        Refuses("The run in run has 10 epochs already; --epochs 9 can't take it back.", "--resume", "run", "--epochs", "9");
        Refuses("--run and --resume exclude each other: a run that goes on is kept in its own file.", "--resume", "run", "--run", "other");
        Refuses("--run run is there already; go on with it by --resume run, or name another file.", "--run", "run");
        Refuses("--history and --resume both name run; they are two files.", "--resume", "run", "--history", "run");
    }

    [Fact]
    public void A_file_that_is_no_run_is_refused_and_stays()
    {
        File.WriteAllText(_train.File("notes"), "hello");
        Refuses("'notes' is not a run file.", "--resume", "notes");
    }

    /// <summary>Starts the run, or goes on with it where there is one, and kills it, again and again.</summary>
    private void Kill(Random random, string[] settings)
    {
        var file = _train.File("run");
        for (var kill = 0; kill < Kills; kill++)
        {
            string[] which = File.Exists(file) ? ["--resume", "run"] : [.. settings, "--run", "run"];
            var before = File.GetLastWriteTimeUtc(file);
            using var process = _train.Start(["train", .. which, "--keep-every", $"{random.Next(1, 6)}"]);
            // A moment in which it trains or writes; only the first kill is while it starts.
            while (kill > 0 && File.GetLastWriteTimeUtc(file) == before && !process.HasExited)
            {
                Thread.Sleep(1);
            }

            Thread.Sleep(random.Next(0, 100));
            process.Kill();
            process.WaitForExit();
            Assert.Equal((128 + 9, ""), (process.ExitCode, process.StandardError.ReadToEnd()));
        }
    }

    private void Train(params string[] options)
    {
        _train.Run(["train", .. options]);
        Assert.Equal((0, ""), (_train.ExitCode, _train.Error));
    }

    private void Refuses(string sentence, params string[] options)
    {
        var before = _train.Files().Select(file => (file, Convert.ToHexString(SHA256.HashData(Bytes(file))))).ToList();
        _train.Run(["train", .. options]);
        Assert.Equal((2, "", $"{sentence}\n"), (_train.ExitCode, _train.Output, _train.Error));
        Assert.Equal(before, _train.Files().Select(file => (file, Convert.ToHexString(SHA256.HashData(Bytes(file))))));
    }

    private byte[] Bytes(string file) => File.ReadAllBytes(_train.File(file));

    private List<string> WithoutSeconds(string file) =>
        [.. File.ReadLines(_train.File(file)).Select(line => string.Join(',', line.Split(',').Where((_, column) => column != 2)))];
}
