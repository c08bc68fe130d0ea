using Grokking.Models;
using Grokking.Tests.Models;

namespace Grokking.Tests.Faults;

/// <summary>
/// Damages checkpoints and loads them: each is refused with one sentence, or its network is the one that was saved.
/// The numbers of a .safetensors file stay whole, as nothing in that format would tell.
/// </summary>
internal static class DamagedCheckpoints
{
    /// <summary>Tries so many damages of each of six files.</summary>
    public static Tally Try(string folder, int seed, int damagesAFile)
    {
        var tally = new Tally();
        using var model = EquationModel.Load(TinyNetwork.File(".pth"));
        var weights = Weights.Of(model);
        var (saved, safetensors, bigEndian) = (Path.Combine(folder, "saved.pth"), Path.Combine(folder, "saved.safetensors"), Path.Combine(folder, "big-endian.pth"));
        model.Save(saved);
        model.Save(safetensors);
        TinyNetwork.Write(bigEndian, TinyNetwork.BigEndianRecords());
        string[] files = [TinyNetwork.File(".pth"), TinyNetwork.File("-with-optimizer.pth"), TinyNetwork.File("-one-storage.pth"), saved, bigEndian, safetensors];
        var random = new Random(seed);
        var damaged = Path.Combine(folder, "damaged");
        foreach (var file in files)
        {
            var whole = File.ReadAllBytes(file);
            var vulnerable = file == safetensors ? whole.Length - (sizeof(float) * weights.Length) : whole.Length;
            for (var i = 0; i < damagesAFile; i++)
            {
                var (fault, bytes) = Tally.Damage(random, whole, vulnerable);
                File.WriteAllBytes(damaged, bytes);
                tally.Add($"{Path.GetFileName(file)}, {fault}", HasTheWeights, $"The checkpoint '{damaged}'");
            }
        }

        return tally;

        bool HasTheWeights()
        {
            using var loaded = EquationModel.Load(damaged);
            return Weights.Of(loaded).AsSpan().SequenceEqual(weights);
        }
    }
}
