namespace Grokking.Tests.Faults;

/// <summary>What came of faults: each is refused in a sentence, or what was loaded is right, or something is wrong.</summary>
internal sealed class Tally
{
    public int Tried { get; private set; }

    public int Refused { get; private set; }

    public int Right { get; private set; }

    /// <summary>What went wrong: the fault, and what came of it.</summary>
    public List<string> Wrong { get; } = [];

    public override string ToString() => $"{Tried} tried, {Refused} refused with a sentence, {Right} right, {Wrong.Count} wrong";

    /// <summary>Counts a fault.</summary>
    /// <param name="fault">What was done.</param>
    /// <param name="isRight">Loads; tells whether that is right.</param>
    /// <param name="named">What a refusal has to name.</param>
    public void Add(string fault, Func<bool> isRight, string named)
    {
        Tried++;
        try
        {
            if (isRight())
            {
                Right++;
            }
            else
            {
                Wrong.Add($"{fault}: loaded, and not right");
            }
        }
        catch (InvalidDataException error) when (IsOneSentence(error.Message, named))
        {
            Refused++;
        }
        catch (Exception error)
        {
            Wrong.Add($"{fault}: {error.GetType().Name}: {error.Message}");
        }
    }

    /// <summary>Some damage to a file's bytes.</summary>
    /// <param name="random">What chooses it.</param>
    /// <param name="whole">The file.</param>
    /// <param name="vulnerable">The bytes at its beginning that may be damaged.</param>
    public static (string Fault, byte[] Bytes) Damage(Random random, byte[] whole, int vulnerable)
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

    private static bool IsOneSentence(string text, string named) =>
        text.Contains(named, StringComparison.Ordinal) && text[^1] == '.' && !text.Any(char.IsControl) && text.Length < 1200;
}
