using Grokking.Notebooks.Tests.Reports;

namespace Grokking.Notebooks.Tests.Training;

/// <summary>What makes no sense is refused in one sentence, before anything is trained or written.</summary>
public sealed class TrainRefusalTests : IDisposable
{
    private readonly ReportProcess _train = new();

    public void Dispose() => _train.Dispose();

    [Theory]
    [InlineData("--epochs", "0", "The number of epochs is 0; it has to be at least 1, such as 20000.")]
    [InlineData("--epochs", "-5", "The number of epochs is -5; it has to be at least 1, such as 20000.")]
    [InlineData("--epochs", "many", "--epochs takes a whole number up to 2147483647, such as 20000, not many.")]
    [InlineData("--epochs", "1.5", "--epochs takes a whole number up to 2147483647, such as 20000, not 1.5.")]
    [InlineData("--epochs", "99999999999", "--epochs takes a whole number up to 2147483647, such as 20000, not 99999999999.")]
    [InlineData("--epochs", "", "No value follows --epochs.")]
    [InlineData("--learning-rate", "-1", "The learning rate is -1; it has to be 0 or more, such as 0.001.")]
    [InlineData("--learning-rate", "NaN", "The learning rate is NaN; it has to be 0 or more, such as 0.001.")]
    [InlineData("--learning-rate", "0,001", "--learning-rate takes a number, such as 0.001, not 0,001.")]
    [InlineData("--weight-decay", "-0.1", "The weight decay is -0.1; it has to be 0 or more, such as 0.01.")]
    [InlineData("--batch-size", "0", "The batch size is 0; it has to be at least 1, such as 512.")]
    [InlineData("--threads", "0", "The number of threads is 0; it has to be from 1 to 256.")]
    [InlineData("--threads", "all", "--threads takes a whole number up to 2147483647, such as 1, not all.")]
    [InlineData("--train-fraction", "1", "The training fraction is 1; it has to leave at least one of the 9409 equations on each side, such as 0.8.")]
    [InlineData("--train-fraction", "80%", "--train-fraction takes a number, such as 0.8, not 80%.")]
    [InlineData("--modulus", "1", "The modulus is 1; it has to be from 2 to 1009, such as 97.")]
    [InlineData("--modulus", "1013", "The modulus is 1013; it has to be from 2 to 1009, such as 97.")]
    [InlineData(
        "--operation", "plus",
        "There is no operation 'plus'; the operations are +, -, *, /, /-, x2+y2, x2+xy+y2, x2+xy+y2+x, x3+xy, x3+xy2+y, s5:xy, s5:xyx-1, s5:xyx.")]
    [InlineData("--seed", "-1", "--seed takes a whole number from 0 to 18446744073709551615, such as 0, not -1.")]
    [InlineData("--data-seed", "x", "--data-seed takes a whole number from 0 to 18446744073709551615, such as 21, not x.")]
    [InlineData("--checkpoint", "net.bin", "--checkpoint net.bin has to end in .safetensors, .pth or .pt.")]
    [InlineData("--checkpoint", "net", "--checkpoint net has to end in .safetensors, .pth or .pt.")]
    [InlineData("--history", "run.txt", "--history run.txt has to end in .csv, .jsonl or .parquet.")]
    [InlineData("--keep-every", "5", "--keep-every needs the file to keep the run in; name it with --run.")]
    [InlineData("--keep-every", "0", "--keep-every is 0; it has to be at least 1, such as 500.")]
    [InlineData("--resume", "run", "There is no run file 'run'.")]
    [InlineData("--run", "folder/", "--run folder/ is a folder; it has to name a file.")]
    [InlineData("--preset", "slow", "There is no preset 'slow'; the presets are original, fast.")]
    [InlineData("--engine", "warp", "There is no engine 'warp'; the engines are fused, autograd.")]
    [InlineData("--epoch", "3", "Unknown option 'epoch'.")]
    public void A_value_that_makes_no_sense(string option, string value, string sentence)
    {
        Refuses(sentence, option, value);
    }

    [Fact]
    public void A_modulus_that_the_operation_does_not_take()
    {
        Refuses("The modulus is 96; for '/' it has to be a prime from 2 to 1009, such as 97.", "--operation", "/", "--modulus", "96");
        Refuses("The modulus is 97; for 's5:xy' it has to be 120.", "--modulus", "97", "--operation", "s5:xy");
    }

    [Fact]
    public void An_option_without_a_value()
    {
        Refuses("No value follows --epochs.", "--epochs");
        Refuses("No value follows --history.", "--history", "--seed", "3");
    }

    [Fact]
    public void A_word_too_many()
    {
        Refuses("Unknown command '3'.", "3");
    }

    [Fact]
    public void One_file_for_two_things()
    {
        Refuses("--history and --checkpoint both name ./net.pth; they are two files.", "--history", "./net.pth", "--checkpoint", "net.pth");
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
        Refuses(new string[] { "The folder ", "file can't be written: " }, option, value);
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
