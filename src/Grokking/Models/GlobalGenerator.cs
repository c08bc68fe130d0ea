using static TorchSharp.torch;

namespace Grokking.Models;

/// <summary>
/// torch's global generator, from which a new module draws its weights. It is the whole process's: whoever draws from it does so
/// here, one at a time.
/// </summary>
internal static class GlobalGenerator
{
    private static readonly Lock InUse = new();

    /// <summary>Draws, beside no other thread of this library.</summary>
    public static void Draw(Action draw)
    {
        lock (InUse)
        {
            draw();
        }
    }

    /// <summary>Makes something that draws, and leaves the generator as it was.</summary>
    /// <param name="make">Draws.</param>
    /// <param name="seed">What to draw from (<c>torch.manual_seed</c>); null where what is drawn will be written over.</param>
    public static T Borrow<T>(Func<T> make, ulong? seed = null)
    {
        lock (InUse)
        {
            using var before = get_rng_state();
            try
            {
                if (seed is { } number)
                {
                    manual_seed((long)number);
                }

                return make();
            }
            finally
            {
                set_rng_state(before);
            }
        }
    }
}
