using Grokking.Models;

namespace Grokking.Tests.Models;

/// <summary>
/// Damages checkpoints and loads them: each is refused with one sentence, or its network is the one that was saved.
/// The numbers of a .safetensors file stay whole, as nothing in that format would tell.
/// </summary>
internal sealed class DamagedCheckpoints(string folder)
{
    public int Tried { get; private set; }

    public int Refused { get; private set; }

    public int Loaded { get; private set; }

    /// <summary>What went wrong: the damage, and what came of it.</summary>
    public List<string> Wrong { get; } = [];

    public override string ToString() => $"{Tried} tried, {Refused} refused with a sentence, {Loaded} loaded right, {Wrong.Count} wrong";

    /// <summary>Tries so many damages of each file.</summary>
    public void Run(int seed, int damagesAFile)
    {
        using var model = EquationModel.Load(TinyNetwork.File(".pth"));
        var weights = Weights.Of(model);
        var (saved, safetensors, bigEndian) = (Path.Combine(folder, "saved.pth"), Path.Combine(folder, "saved.safetensors"), Path.Combine(folder, "big-endian.pth"));
        model.Save(saved);
        model.Save(safetensors);
        TinyNetwork.Write(bigEndian, TinyNetwork.BigEndianRecords());
        string[] files = [TinyNetwork.File(".pth"), TinyNetwork.File("-with-optimizer.pth"), TinyNetwork.File("-one-storage.pth"), saved, bigEndian, safetensors];
        var random = new Random(seed);
        foreach (var file in files)
        {
            var whole = File.ReadAllBytes(file);
            var vulnerable = file == safetensors ? whole.Length - (sizeof(float) * weights.Length) : whole.Length;
            for (var i = 0; i < damagesAFile; i++)
            {
                var (damage, bytes) = Damage(random, whole, vulnerable);
                Try($"{Path.GetFileName(file)}, {damage}", bytes, weights);
            }
        }
    }

    private static (string Damage, byte[] Bytes) Damage(Random random, byte[] whole, int vulnerable)
    {
        var bytes = whole.ToArray();
        var place = random.Next(vulnerable);
        switch (random.Next(4))
        {
            case 0:
                return ($"cut off after {place} bytes", bytes[..place]);
            case 1:
                var bit = random.Next(8);
                bytes[place] ^= (byte)(1 << bit);
                return ($"bit {bit} of byte {place} flipped", bytes);
            case 2:
                bytes[place] = (byte)random.Next(256);
                return ($"byte {place} is {bytes[place]}", bytes);
            default:
                var length = Math.Min(random.Next(1, 64), vulnerable - place);
                bytes.AsSpan(place, length).Clear();
                return ($"{length} zeros from byte {place}", bytes);
        }
    }

    private void Try(string damage, byte[] bytes, float[] expected)
    {
        Tried++;
        var path = Path.Combine(folder, "damaged");
        File.WriteAllBytes(path, bytes);
        try
        {
            using var model = EquationModel.Load(path);
            if (Weights.Of(model).AsSpan().SequenceEqual(expected))
            {
                Loaded++;
            }
            else
            {
                Wrong.Add($"{damage}: other weights");
            }
        }
        catch (InvalidDataException error) when (IsOneSentence(error.Message))
        {
            Refused++;
        }
        catch (Exception error)
        {
            Wrong.Add($"{damage}: {error.GetType().Name}: {error.Message}");
        }
    }

    private static bool IsOneSentence(string text) =>
        text.StartsWith("The checkpoint '", StringComparison.Ordinal) && text[^1] == '.' && !text.Any(char.IsControl) && text.Length < 1200;
}
