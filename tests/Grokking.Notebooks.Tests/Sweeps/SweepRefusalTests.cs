using Grokking.Notebooks.Tests.Reports;

namespace Grokking.Notebooks.Tests.Sweeps;

/// <summary>What makes no sense is refused in one sentence, before anything is trained or written.</summary>
public sealed class SweepRefusalTests : IDisposable
{
    private readonly ReportProcess _sweep = new();

    public void Dispose() => _sweep.Dispose();

    [Theory]
    [InlineData("--seed", "0,x", "--seed takes a number, such as 0, not x.")]
    [InlineData("--seed", "0,", "--seed takes a number, such as 0, not .")]
    [InlineData("--seed", "1,2,1", "The seed goes over 1, 2, 1; each value has to be given once.")]
    [InlineData("--seed", "0.5", "The seed is 0.5; it has to be a whole number from 0 to 9007199254740992.")]
    [InlineData("--weight-decay", "0.1,-1", "The weight decay is -1; it has to be 0 or more, such as 0.01.")]
    [InlineData("--train-fraction", "0.5,1", "The training fraction is 1; it has to leave at least one of the 9409 equations on each side, such as 0.8.")]
    [InlineData("--modulus", "1013", "The modulus is 1013; it has to be from 2 to 1009, such as 97.")]
    [InlineData("--preset", "slow", "There is no preset 'slow'; the presets are original, fast.")]
    [InlineData("--stop-after", "0", "The number of epochs to stop after is 0; it has to be at least 1, such as 100.")]
    [InlineData("--parallel", "0", "The number of runs at once is 0; it has to be at least 1, such as 2.")]
    [InlineData("--shard", "4/4", "There is no shard 4/4; the shards go from 0/4 to 3/4.")]
    [InlineData("--shard", "-1/4", "There is no shard -1/4; the shards go from 0/4 to 3/4.")]
    [InlineData("--shard", "1", "--shard takes I/N, such as 0/4, not 1.")]
    [InlineData("--shard", "/4", "--shard takes a whole number up to 2147483647, such as 0, not .")]
    [InlineData("--shard", "0/0", "A grid can't have 0 shards; it has to be at least 1.")]
    public void A_value_that_makes_no_sense(string option, string value, string sentence)
    {
        Refuses(sentence, "--output", "sweep.jsonl", option, value);
    }

    [Fact]
    public void An_output_that_is_missing_or_of_another_kind()
    {
        Refuses("--output is missing: the .jsonl file for what the runs find.");
        Refuses("--output sweep.csv has to end in .jsonl.", "--output", "sweep.csv");
        Refuses("--output is missing: the .html or .csv file to write.", "--collect", ".");
        Refuses("--output sweep.jsonl has to end in .html or .csv with --collect.", "--collect", ".", "--output", "sweep.jsonl");
    }

    [Fact]
    public void A_collection_with_an_option_of_a_sweep()
    {
        const string Sentence = "--collect draws what is there, and goes with no other option but --output.";
        Refuses(Sentence, "--collect", ".", "--output", "sweep.html", "--shard", "0/4");
        Refuses(Sentence, "--collect", ".", "--output", "sweep.html", "--seed", "1");
    }

    [Fact]
    public void A_collection_of_nothing()
    {
        Refuses("There is no folder nowhere.", "--collect", "nowhere", "--output", "sweep.html");
        Refuses("The folder . has no .jsonl file with a run in it.", "--collect", ".", "--output", "sweep.html");
    }

    [Fact]
    public void A_file_of_another_grid_or_another_kind()
    {
        _sweep.Run("sweep", "--modulus", "7", "--epochs", "2", "--output", "sweep.jsonl");
        Assert.Equal(0, _sweep.ExitCode);
        Refuses(
            "Line 1 of sweep.jsonl is a run of another grid: + of 7 numbers, train fraction 0.8, weight decay 0.01, learning rate 0.001, " +
            "batch size 512, beta1 0.9, beta2 0.98, epsilon 1E-08, epochs 2, seed 0, data seed 21.",
            "--modulus", "7", "--epochs", "3", "--output", "sweep.jsonl");

        File.WriteAllText(_sweep.File("sweep.jsonl"), "hello\n");
        const string Sentence = "sweep.jsonl is not a run of a sweep; the file is another's, or damaged.";
        Refuses($"Line 1 of {Sentence}", "--modulus", "7", "--epochs", "3", "--output", "sweep.jsonl");
        Refuses($"Line 1 of ./{Sentence}", "--collect", ".", "--output", "sweep.html");
    }

    private void Refuses(string sentence, params string[] options)
    {
        var before = _sweep.Files().Select(file => (file, File.ReadAllText(_sweep.File(file)))).ToList();
        _sweep.Run(["sweep", .. options]);
        Assert.Equal((2, "", $"{sentence}\n"), (_sweep.ExitCode, _sweep.Output, _sweep.Error));
        Assert.Equal(before, _sweep.Files().Select(file => (file, File.ReadAllText(_sweep.File(file)))));
    }
}
