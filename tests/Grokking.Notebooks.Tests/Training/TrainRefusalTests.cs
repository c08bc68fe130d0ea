using Grokking.Notebooks.Tests.Reports;

namespace Grokking.Notebooks.Tests.Training;

/// <summary>What makes no sense is refused in one sentence, before anything is trained or written.</summary>
public sealed class TrainRefusalTests : IDisposable
{
    private readonly ReportProcess _train = new();

    public void Dispose() => _train.Dispose();

    // One of the library's sentences stands for all: the library's own tests have them.
    [Theory]
    [InlineData("--epochs", "0", "The number of epochs is 0; it has to be at least 1, such as 20000.")]
    [InlineData("--hidden", "2147483647", "The hidden layer's width is 2147483647; it has to be from 1 to 4096.")]
    [InlineData("--first-training-label", "5", "--first-training-label has no effect here: it goes with --split labels.")]
    [InlineData("--preset", "slow", "There is no preset 'slow'; the presets are original, fast.")]
    [InlineData("--checkpoint", "net.bin", "--checkpoint net.bin has to end in .safetensors, .pth or .pt.")]
    [InlineData("--checkpoint", "net", "--checkpoint net has to end in .safetensors, .pth or .pt.")]
    [InlineData("--history", "run.txt", "--history run.txt has to end in .csv, .jsonl or .parquet.")]
    [InlineData("--keep-every", "5", "--keep-every needs the file to keep the run in; name it with --run.")]
    [InlineData("--keep-every", "0", "--keep-every is 0; it has to be at least 1, such as 500.")]
    [InlineData("--keep-every", "often", "--keep-every takes a whole number up to 2147483647, such as 500, not often.")]
    [InlineData("--run", "folder/", "--run folder/ is a folder; it has to name a file.")]
    [InlineData("--epoch", "3", "There is no '--epoch'; did you mean --epochs?")]
    public void A_value_that_makes_no_sense(string option, string value, string sentence)
    {
        Refuses(sentence, option, value);
    }

    [Fact]
    public void An_option_without_a_value() => Refuses("Required argument missing for option: '--epochs'.", "--epochs");

    [Fact]
    public void An_option_given_twice() => Refuses("Option '--seed' expects a single argument but 2 were provided.", "--seed", "1", "--seed", "2");

    [Fact]
    public void A_command_that_is_mistyped()
    {
        _train.Run("trian");
        Assert.Equal((2, "", "There is no 'trian'; did you mean train?\n"), (_train.ExitCode, _train.Output, _train.Error));
    }

    [Fact]
    public void One_file_for_two_things()
    {
        Refuses("--history and --checkpoint both name ./net.pth; they are two files.", "--history", "./net.pth", "--checkpoint", "net.pth");
    }

    [Fact]
    public void What_is_no_file_is_not_renamed_over()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such devices.");
        File.CreateSymbolicLink(_train.File("null.csv"), "/dev/null");
        using var made = System.Diagnostics.Process.Start("mkfifo", _train.File("pipe.csv"));
        made.WaitForExit();
        foreach (var name in new[] { "null.csv", "pipe.csv" })
        {
            _train.Run("train", "--modulus", "7", "--epochs", "1", "--history", name);
            Assert.Equal((2, $"{name} can't be written: {name} is a device or a pipe; it has to name a file.\n"), (_train.ExitCode, _train.Error));
        }
    }

    [Fact]
    public void A_kept_run_and_a_sweep_are_not_replaced_by_less()
    {
        _train.Run("train", "--modulus", "7", "--epochs", "1", "--run", "kept.safetensors");
        _train.Run("sweep", "--modulus", "7", "--epochs", "1", "--output", "sweep.jsonl");
        _train.Run("train", "--modulus", "7", "--epochs", "1", "--checkpoint", "kept.safetensors");
        Assert.Equal((2, "--checkpoint kept.safetensors is a kept run, which the weights alone would replace; name another file.\n"), (_train.ExitCode, _train.Error));
        _train.Run("train", "--modulus", "7", "--epochs", "1", "--history", "sweep.jsonl");
        Assert.Equal((2, "--history sweep.jsonl is the file of a sweep; name another file.\n"), (_train.ExitCode, _train.Error));
        File.CreateSymbolicLink(_train.File("link.safetensors"), "kept.safetensors");
        _train.Run("train", "--modulus", "7", "--resume", "kept.safetensors", "--checkpoint", "link.safetensors");
        Assert.Equal((2, "--checkpoint and --resume both name link.safetensors; they are two files.\n"), (_train.ExitCode, _train.Error));
    }

    [Fact]
    public void A_folder_for_a_file()
    {
        Directory.CreateDirectory(_train.File("run.csv"));
        Refuses("--history run.csv is a folder; it has to name a file.", "--history", "run.csv");
        Refuses("--history runs/ is a folder; it has to name a file.", "--history", "runs/");
    }

    [Theory]
    [InlineData("--history", "file/run.csv")]
    [InlineData("--checkpoint", "file/net.pth")]
    public void A_folder_that_can_not_be_written(string option, string value)
    {
        File.WriteAllText(_train.File("file"), "");
        Refuses([$"{value} can't be written: "], option, value);
    }

    private void Refuses(string sentence, params string[] options) => Refuses([sentence + "\n"], options);

    private void Refuses(string[] words, params string[] options)
    {
        var before = _train.Files();
        _train.Run(["train", .. options]);
        Assert.Equal((2, ""), (_train.ExitCode, _train.Output));
        Assert.Single(_train.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.All(words, word => Assert.Contains(word, _train.Error));
        Assert.Equal(before, _train.Files());
    }
}
