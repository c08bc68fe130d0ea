using Grokking.Tests.Runtime;

namespace Grokking.Tests.Faults;

/// <summary>The short form of the benchmarks' <c>battery</c>.</summary>
public sealed class DamagedFileTests(ITestOutputHelper output)
{
    [Fact]
    public void A_damaged_checkpoint_is_refused_with_a_sentence_or_has_the_right_weights()
    {
        using var folder = new TemporaryFolder();
        var tally = DamagedCheckpoints.Try(folder.Path, seed: 15, damagesAFile: 300);
        output.WriteLine($"{tally}");
        Assert.Empty(tally.Wrong);
        Assert.True(tally.Refused > tally.Tried / 2 && tally.Right > tally.Tried / 20, $"{tally}");
    }

    [Fact]
    public void A_damaged_run_is_refused_with_a_sentence_or_is_the_run_that_was_kept()
    {
        using var folder = new TemporaryFolder();
        var tally = DamagedRunFiles.Try(folder.Path, seed: 15, damages: 600);
        output.WriteLine($"{tally}");
        Assert.Empty(tally.Wrong);
        Assert.True(tally.Refused > tally.Tried / 2, $"{tally}");
    }
}
