using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Grokking.Data;
using Grokking.Models;
using Grokking.Runs;
using Grokking.Tests.Models;
using Grokking.Training.Fused;

namespace Grokking.Tests.Training.Fused;

public sealed class FingerprintTests
{
    /// <summary>The width of the vectors that this process works with, and every bit of what it trains with them.</summary>
    public static string Fingerprint()
    {
        var bits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        using var dataset = new EquationDataset(23, Operation.Add);
        // 75 hidden units and 25 logits: every lane's turn.
        TorchSharp.torch.manual_seed(0);
        using var model = new GrokkingMlp(dataset.Vocabulary.Count, 20, 75);
        using var engine = new FusedEngine(model, dataset, RunSettings.Original.Optimizer);
        long[] batch = [.. Enumerable.Range(100, 50)];
        var losses = new double[20];
        for (var step = 0; step < losses.Length; step++)
        {
            losses[step] = engine.TrainBatch(batch).Loss;
        }

        var weights = SHA256.HashData(MemoryMarshal.AsBytes<float>(Weights.Of(model)));
        return $"{bits} bits, weights {Convert.ToHexString(weights)}, last loss {losses[^1]:R}";
    }

    [Fact]
    public void Training_has_one_fingerprint()
    {
        var fingerprint = Fingerprint();
        Assert.Equal(fingerprint, Fingerprint());
        TestContext.Current.TestOutputHelper!.WriteLine(fingerprint);
    }
}
