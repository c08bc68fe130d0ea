using Grokking.Runs;
using Grokking.Tests.Models;

namespace Grokking.Tests.Faults;

/// <summary>Damages a kept run and goes on with it: it is refused with one sentence, or nothing was changed by the damage.</summary>
internal static class DamagedRunFiles
{
    /// <summary>Tries so many damages.</summary>
    public static Tally Try(string folder, int seed, int damages)
    {
        var tally = new Tally();
        using var run = new TrainingRun(new RunSettings { Modulus = 7, Epochs = 3, BatchSize = 8, Threads = 1 });
        run.Train();
        var (kept, damaged) = (Path.Combine(folder, "kept"), Path.Combine(folder, "damaged"));
        run.GetState().Save(kept);
        var whole = File.ReadAllBytes(kept);
        var random = new Random(seed);
        for (var i = 0; i < damages; i++)
        {
            // Every other one hits the header, which is a fraction of the file.
            var (fault, bytes) = Tally.Damage(random, whole, i % 2 == 0 ? whole.Length : Header(whole));
            File.WriteAllBytes(damaged, bytes);
            tally.Add($"run, {fault}", GoesOn, $"'{damaged}'");
        }

        return tally;

        bool GoesOn()
        {
            using var other = new TrainingRun(RunState.Load(damaged));
            return other.History.SequenceEqual(run.History) && Weights.Of(other.Model).AsSpan().SequenceEqual(Weights.Of(run.Model));
        }
    }

    private static int Header(byte[] whole) => 8 + (int)BitConverter.ToInt64(whole);
}
