using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Grokking.Data;

/// <summary>Generators of random numbers, as TorchSharp takes them: in place of none, and of one that is disposed of, libtorch would take its global one.</summary>
internal static class Generators
{
    /// <summary>Makes sure that there is one.</summary>
    /// <exception cref="ArgumentException">There is none, or it is disposed of.</exception>
    public static void Require(Generator? generator)
    {
        if (generator is null || Handle(generator) == 0)
        {
            throw new ArgumentException($"The generator is {(generator is null ? "null" : "disposed of")}; give one that lives as long as it is drawn from, such as new torch.Generator(21).");
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Handle")]
    private static extern nint Handle(Generator generator);
}
