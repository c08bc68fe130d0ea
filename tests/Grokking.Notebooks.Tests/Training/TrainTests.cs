using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Grokking.Notebooks.Tests.Kernel;
using Grokking.Notebooks.Tests.Reports;

namespace Grokking.Notebooks.Tests.Training;

/// <summary><c>train</c>, as somebody types it.</summary>
public sealed class TrainTests : IDisposable
{
    private const string Heading = "epoch,step,seconds,train_loss,train_accuracy,val_loss,val_accuracy,output_layer_norm";

    private readonly ReportProcess _train = new();

    public void Dispose() => _train.Dispose();

    [Fact]
    public void A_run_prints_the_log_lines_and_writes_its_history_and_its_weights()
    {
        Train("--modulus", "7", "--train-fraction", "0.5", "--batch-size", "10", "--epochs", "201", "--history", "run.csv", "--checkpoint", "weights/net.safetensors");

        Assert.Equal(["run.csv", "weights/net.safetensors"], _train.Files());
        var history = History("run.csv");
        Assert.Equal(201, history.Count);
        Assert.Equal(Enumerable.Range(0, 201).Select(epoch => (double)epoch), history.Select(epoch => epoch["epoch"]));
        Assert.Equal(Enumerable.Range(1, 201).Select(epoch => 3.0 * epoch), history.Select(epoch => epoch["step"]));
        string LogLine(int epoch) => string.Create(
            CultureInfo.InvariantCulture,
            $"{$"[{epoch + 1}/201][{3 * (epoch + 1)}]",-14}\tTrain Loss: {history[epoch]["train_loss"]:F3}\tVal Loss: {history[epoch]["val_loss"]:F3}");
        var best = history.MaxBy(epoch => epoch["val_accuracy"])!;
        Assert.Equal(
            [
                LogLine(0),
                LogLine(100),
                LogLine(200),
                "Wrote run.csv.",
                "Wrote weights/net.safetensors.",
                string.Create(CultureInfo.InvariantCulture, $"Validation did not reach 99%; its best was {best["val_accuracy"]:F1}%, at epoch {best["epoch"] + 1}."),
            ],
            Lines(_train.Output));
        Assert.DoesNotContain('\e', _train.Output);
    }

    [Fact]
    public void The_first_epoch_is_PyTorchs()
    {
        Train("--epochs", "1", "--history", "run.csv");

        var record = Path.Combine(Repository.Folder, "tests", "Grokking.Tests", "Reference", "pytorch-seed0-40epochs.json");
        var expected = JsonDocument.Parse(File.ReadAllText(record)).RootElement.GetProperty("epochs")[0];
        var epoch = Assert.Single(History("run.csv"));
        Assert.Equal(15, epoch["step"]);
        Assert.Equal(1, epoch["train_loss"] / expected.GetProperty("train_loss").GetDouble(), 1e-5);
        Assert.Equal(1, epoch["val_loss"] / expected.GetProperty("val_loss").GetDouble(), 1e-5);
        Assert.Equal(1, epoch["output_layer_norm"] / expected.GetProperty("output_layer_spectral_norm").GetDouble(), 1e-5);
        Assert.Equal(expected.GetProperty("train_accuracy").GetDouble(), epoch["train_accuracy"], 0.05);
    }

    [Fact]
    public void The_fast_preset_reaches_99_percent_and_its_checkpoint_knows_the_equations()
    {
        Train("--preset", "fast", "--history", "run.csv", "--checkpoint", "net.pth");

        var history = History("run.csv");
        Assert.Equal(60, history.Count);
        var reached = history.First(epoch => epoch["val_accuracy"] >= 99);
        var said = Regex.Match(Lines(_train.Output)[^1], @"^Validation first reached 99% at epoch (\d+), step (\d+), after ([\d.]+) s\.$");
        Assert.Equal([reached["epoch"] + 1, reached["step"]], [Number(1), Number(2)]);
        Assert.Equal(reached["seconds"], Number(3), 0.051);

        _train.Run("evaluate", "net.pth");
        Assert.Equal(0, _train.ExitCode);
        Assert.Equal("net.pth, a + b = y (mod 97): 9,409 equations, 99 tokens", Lines(_train.Output)[0]);
        Assert.InRange(Figure("Loss"), 0, 0.2);
        Assert.InRange(Figure("Accuracy"), 99, 100);

        double Number(int group) => double.Parse(said.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Seeds_decide_the_run_and_nothing_else_does()
    {
        string[] Run(params string[] options)
        {
            Train(["--modulus", "11", "--epochs", "2", "--history", "run.csv", .. options]);
            return [.. History("run.csv").Select(epoch => $"{epoch["train_loss"]:R} {epoch["val_loss"]:R} {epoch["output_layer_norm"]:R}")];
        }

        var first = Run();
        Assert.Equal(
            first,
            Run(
                "--preset", "original", "--seed", "0", "--data-seed", "21", "--learning-rate", "1e-3", "--weight-decay", "0.01", "--batch-size", "512",
                "--train-fraction", "0.8", "--operation", "+", "--engine", "fused", "--threads", "2"));
        Assert.NotEqual(first, Run("--seed", "1"));
        Assert.NotEqual(first, Run("--data-seed", "22"));
    }

    [Fact]
    public void Either_engine_makes_the_run()
    {
        Train("--epochs", "3", "--engine", "fused", "--history", "fused.csv");
        Train("--epochs", "3", "--engine", "autograd", "--history", "autograd.csv");
        Assert.All(
            History("fused.csv").Zip(History("autograd.csv")),
            pair => Assert.Equal(1, pair.First["val_loss"] / pair.Second["val_loss"], 1e-5));
        Assert.NotEqual(History("fused.csv")[2]["val_loss"], History("autograd.csv")[2]["val_loss"]);
    }

    [Fact]
    public void A_file_of_an_earlier_run_is_replaced()
    {
        File.WriteAllText(_train.File("run.csv"), new string('x', 100_000));
        Train("--modulus", "5", "--epochs", "1", "--history", "run.csv");
        Assert.Single(History("run.csv"));
        Assert.Equal(["run.csv"], _train.Files());
    }

    [Fact]
    public async Task Stopped_by_Ctrl_C_it_writes_and_says_what_is_finished()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no `kill -INT`.");
        using var process = _train.Start("train", "--modulus", "11", "--epochs", "1000000", "--history", "run.csv", "--checkpoint", "net.pth");
        await LineAsync(process, line => line.StartsWith("[101/1000000]", StringComparison.Ordinal));

        Interrupt(process);
        await LineAsync(process, line => line == "Stopping at this epoch's end; Ctrl+C again ends at once.");
        await LineAsync(process, line => line == "Wrote run.csv.");
        await LineAsync(process, line => line == "Wrote net.pth.");
        await LineAsync(process, line => line.StartsWith("Validation ", StringComparison.Ordinal));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(130, process.ExitCode);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var epochs = History("run.csv").Count;
        Assert.InRange(epochs, 101, 999_999);
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"The run was stopped after {epochs:N0} of 1,000,000 epochs.\n"), error);
        Assert.Equal(["net.pth", "run.csv"], _train.Files());
        Assert.Equal(0, _train.Run("evaluate", "net.pth").ExitCode);
    }

    [Fact]
    public async Task A_second_Ctrl_C_ends_it_at_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no `kill -INT`.");
        // One step of autograd over all 75,000 training equations takes seconds.
        using var process = _train.Start(
            "train", "--modulus", "307", "--batch-size", "100000", "--engine", "autograd", "--threads", "1", "--history", "run.csv");
        await LineAsync(process, line => line.StartsWith("[1/20000]", StringComparison.Ordinal));

        Interrupt(process);
        await LineAsync(process, line => line.StartsWith("Stopping", StringComparison.Ordinal));
        var clock = Stopwatch.StartNew();
        Interrupt(process);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Equal(130, process.ExitCode);
        Assert.Empty(_train.Files());
    }

    [Fact]
    public async Task What_can_not_be_written_any_more_is_said_and_the_rest_is_written()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no `kill -INT`.");
        using var process = _train.Start("train", "--modulus", "11", "--epochs", "1000000", "--history", "gone/run.csv", "--checkpoint", "net.pth");
        await LineAsync(process, line => line.StartsWith("[1/1000000]", StringComparison.Ordinal));

        Directory.Delete(_train.File("gone"));
        Interrupt(process);
        await LineAsync(process, line => line == "Wrote net.pth.");
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, process.ExitCode);
        var error = Lines(await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal(2, error.Length);
        Assert.StartsWith("The run was stopped after ", error[0]);
        Assert.StartsWith("The training is done, but gone/run.csv can't be written: ", error[1]);
        Assert.Equal(["net.pth"], _train.Files());
    }

    [Fact]
    public void In_a_terminal_a_bar_moves_below_the_log_lines_and_is_gone_at_the_end()
    {
        _train.RunInTerminal("train", "--modulus", "23", "--batch-size", "64", "--epochs", "101");

        var screen = _train.Output;
        Assert.Equal(0, _train.ExitCode);
        Assert.Contains("[1/101][7]    \tTrain Loss: ", screen);
        Assert.Contains("[101/101][707]\tTrain Loss: ", screen);
        Assert.Matches(@"━━.*\d%.* epoch \d+ · val accuracy \d+\.\d% · \d+ epochs/s", screen);
        // The bar's lines are erased and the cursor is back before the last line.
        Assert.Matches(@"\e\[2K\e\[\?25hValidation did not reach 99%; its best was [\d.]+%, at epoch \d+\.\r\n$", screen);
    }

    [Fact]
    public void A_libtorch_that_does_not_load_is_one_sentence()
    {
        _train.Environment["XDG_CACHE_HOME"] = "/dev/null/nowhere";
        _train.Run("train", "--epochs", "1");
        Assert.SkipWhen(_train.ExitCode == 0, "This system needs no patched copy of TorchSharp's library, whose folder this test takes away.");

        Assert.Equal(1, _train.ExitCode);
        Assert.StartsWith("The work failed: ", Assert.Single(Lines(_train.Error)));
        Assert.Contains("XDG_CACHE_HOME", _train.Error);
        Assert.Equal("", _train.Output);
    }

    private void Train(params string[] options)
    {
        _train.Run(["train", .. options]);
        Assert.Equal("", _train.Error);
        Assert.Equal(0, _train.ExitCode);
    }

    /// <summary>The history file, a line an epoch, by the names in its heading.</summary>
    private List<Dictionary<string, double>> History(string file)
    {
        var lines = Lines(File.ReadAllText(_train.File(file)));
        Assert.Equal(Heading, lines[0]);
        var names = Heading.Split(',');
        return [.. lines[1..].Select(line => names.Zip(line.Split(',')).ToDictionary(
            pair => pair.First, pair => double.Parse(pair.Second, CultureInfo.InvariantCulture)))];
    }

    private double Figure(string name) =>
        double.Parse(Regex.Match(_train.Output, $@"^{name}: ([0-9.E+-]+)%?$", RegexOptions.Multiline).Groups[1].Value, CultureInfo.InvariantCulture);

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Reads the output up to the line that is meant.</summary>
    private static async Task LineAsync(Process process, Func<string, bool> isMeant)
    {
        var seen = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            seen.Add(line);
            if (isMeant(line))
            {
                return;
            }
        }

        Assert.Fail($"The line did not come; there were: {string.Join(" | ", seen)}");
    }

    private static void Interrupt(Process process)
    {
        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        kill.WaitForExit();
    }
}
