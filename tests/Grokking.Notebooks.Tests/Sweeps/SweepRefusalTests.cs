using Grokking.Notebooks.Tests.Reports;

namespace Grokking.Notebooks.Tests.Sweeps;

/// <summary>What makes no sense is refused in one sentence, before anything is trained or written.</summary>
public sealed class SweepRefusalTests : IDisposable
{
    private readonly ReportProcess _sweep = new();

    public void Dispose() => _sweep.Dispose();

    // One of the library's sentences stands for all: the library's own tests have them.
    [Theory]
    [InlineData("--weight-decay", "0.1,-1", "The weight decay is -1; it has to be 0 or more, such as 0.01.")]
    [InlineData("--first-training-label", "1,2", "--first-training-label has no effect here: it goes with --split labels.")]
    [InlineData("--preset", "slow", "There is no preset 'slow'; the presets are original, fast.")]
    [InlineData("--stop-after", "0", "The number of epochs to stop after is 0; it has to be at least 1, such as 100.")]
    [InlineData("--shard", "4/4", "There is no shard 4/4; the shards go from 0/4 to 3/4.")]
    [InlineData("--shard", "1", "--shard takes I/N, such as 0/4, not 1.")]
    [InlineData("--seed", "0,x", "The value of seed is 'x'; it has to be a whole number up to 18446744073709551615, such as 0.")]
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
    public void A_page_or_a_table_that_is_somebody_elses()
    {
        _sweep.Run("sweep", "--modulus", "7", "--epochs", "1", "--output", "sweep.jsonl");
        foreach (var name in new[] { "mine.html", "mine.csv" })
        {
            File.WriteAllText(_sweep.File(name), "mine");
            Refuses($"{name} is there already, and no sweep made it: move it away, or name another file.", "--collect", ".", "--output", name);
            File.Delete(_sweep.File(name));
            _sweep.Run("sweep", "--collect", ".", "--output", name);
            _sweep.Run("sweep", "--collect", ".", "--output", name);
            Assert.Equal((0, ""), (_sweep.ExitCode, _sweep.Error));
        }
    }

    [Fact]
    public void A_file_of_another_kind()
    {
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
