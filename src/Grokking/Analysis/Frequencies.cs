using static TorchSharp.torch;

namespace Grokking.Analysis;

/// <summary>Which frequencies there are modulo p: 1 … (p − 1)/2, and 0 for what is constant.</summary>
internal static class Frequencies
{
    /// <summary>Power under this share of the whole is what rounding in float64 makes of something constant.</summary>
    public const double Rounding = 1e-24;

    // An even modulus has a frequency with no sine, and at 3 there is one frequency, with no other to compare it with.
    public static void RequireModulus(int modulus)
    {
        if (modulus < 5 || modulus % 2 == 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(modulus), $"The modulus is {modulus}; a spectrum is taken over an odd number of numbers, at least 5, such as 97.");
        }
    }

    public static void Require(IReadOnlyList<int> frequencies, int modulus)
    {
        var last = (modulus - 1) / 2;
        foreach (var frequency in frequencies)
        {
            if (frequency < 1 || frequency > last)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(frequencies), $"The frequency is {frequency}; modulo {modulus} it has to be from 1 to {last}.");
            }
        }

        if (frequencies.Distinct().Count() != frequencies.Count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(frequencies), $"The frequencies {string.Join(", ", frequencies)} name one twice; each has to be there once.");
        }
    }

    public static double RequireFinite(double value) => double.IsFinite(value)
        ? value
        : throw new ArgumentException($"The spectrum was asked of numbers with the entry {value}; all have to be finite.");

    /// <summary>
    /// <c>cos(2πky/p)</c> and <c>sin(2πky/p)</c> for each frequency, as rows of unit length, <c>[2 · frequencies, n] float64</c>.
    /// They are orthogonal where each of the p numbers occurs equally often.
    /// </summary>
    /// <param name="numbers">The numbers y, <c>[n] int64</c>.</param>
    /// <param name="modulus">The modulus p.</param>
    /// <param name="frequencies">The frequencies k.</param>
    public static Tensor Waves(Tensor numbers, int modulus, IReadOnlyList<int> frequencies)
    {
        // The product is reduced while it is exact, so that the angle is as precise for a large frequency as for a small one.
        var turns = tensor(frequencies.Select(k => (long)k).ToArray()).unsqueeze(1).mul(numbers.unsqueeze(0)).remainder(modulus);
        var angles = turns.to(float64) * (2 * Math.PI / modulus);
        return cat([angles.cos(), angles.sin()]) * Math.Sqrt(2.0 / numbers.numel());
    }
}
