using Grokking.Tests.Runtime;

namespace Grokking.Tests.Models;

public sealed class DamagedCheckpointTests(ITestOutputHelper output)
{
    [Fact]
    public void A_damaged_checkpoint_is_refused_with_a_sentence_or_has_the_right_weights()
    {
        using var folder = new TemporaryFolder();
        var damaged = new DamagedCheckpoints(folder.Path);
        damaged.Run(seed: 15, damagesAFile: 300);
        output.WriteLine($"{damaged}");
        Assert.Empty(damaged.Wrong);
        Assert.True(damaged.Refused > damaged.Tried / 2 && damaged.Loaded > damaged.Tried / 20, $"{damaged}");
    }
}
