using System.Numerics;
using Grokking.Models;
using MathNet.Numerics;
using MathNet.Numerics.IntegralTransforms;
using static TorchSharp.torch;

namespace Grokking.Analysis;

/// <summary>
/// The power spectrum over the numbers 0 … p − 1 of a matrix with one row per number, such as the embedding: the discrete
/// Fourier transform of each column, frequency k being <c>cos(2πkn/p)</c> and <c>sin(2πkn/p)</c> for k = 0 … (p − 1)/2.
/// </summary>
/// <remarks>
/// The transform is unitary (1/√p), and the power of k is that of k and of its mirror image p − k together, so that all
/// powers sum to the sum of squares of the entries (Parseval). For the frequencies' part in grokking see Nanda et al.,
/// Progress measures for grokking via mechanistic interpretability, arXiv 2301.05217.
/// </remarks>
public sealed class FourierSpectrum
{
    private const double FalseAlarm = 1e-6;

    private FourierSpectrum(double[,] neurons)
    {
        Neurons = neurons;
        var power = new double[neurons.GetLength(0)];
        for (var k = 0; k < power.Length; k++)
        {
            for (var neuron = 0; neuron < neurons.GetLength(1); neuron++)
            {
                power[k] += neurons[k, neuron];
            }
        }

        Power = power;
        KeyFrequencies = FindKeyFrequencies(power, neurons.GetLength(1));
        Gini = GiniCoefficient.Of(power.Skip(1));
    }

    /// <summary>Power by frequency and column, <c>[(p + 1)/2, width]</c>; frequency 0 is the column's mean.</summary>
    public double[,] Neurons { get; }

    /// <summary>Power by frequency, summed over the columns, <c>[(p + 1)/2]</c>.</summary>
    public IReadOnlyList<double> Power { get; }

    /// <summary>
    /// The frequencies that the matrix is built of, rising: those that hold a share of the power as white noise would give to
    /// any frequency in fewer than one of a million matrices.
    /// </summary>
    /// <remarks>
    /// Of n = (p − 1)/2 frequencies of white noise, each has a share of the power that follows the beta distribution with
    /// <c>width</c> and <c>width · (n − 1)</c>: of the original's 97 × 128 numbers 2.1%, and a key frequency has 3.24% or more. Key
    /// frequencies need not hold nearly all power; <see cref="ShareOf"/> tells what they hold, and the rest is noise, such as
    /// what is left of the initial weights. In a small matrix little is beyond chance, and there may be none. "Key" is said
    /// of the embedding and not of the answers: a network may hardly need one of them (<see cref="FrequencyAblation"/>).
    /// Nanda et al. read them off the embedding and the neuron-logit map; their code takes those that neurons follow, which need not be
    /// the same: <see cref="GridSpectrum.KeyFrequencies"/>.
    /// </remarks>
    public IReadOnlyList<int> KeyFrequencies { get; }

    /// <summary>
    /// The <see cref="GiniCoefficient"/> of the power of the frequencies above 0: near 0 for white noise, 1 − m/n for m of
    /// n frequencies that are equally strong. (The paper takes it of the norms, the square roots of these powers.)
    /// </summary>
    public double Gini { get; }

    /// <summary>The share, from 0 to 1, that some frequencies hold of the power of all above 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A frequency is not from 1 to (p − 1)/2, or is given twice.</exception>
    public double ShareOf(IReadOnlyList<int> frequencies)
    {
        Frequencies.Require(frequencies, (2 * Power.Count) - 1);
        var total = Power.Skip(1).Sum();
        return total > 0 ? frequencies.Sum(k => Power[k]) / total : 0;
    }

    /// <summary>The spectrum of a model's embedding of the numbers; the other two tokens have no part in it.</summary>
    /// <param name="model">The network.</param>
    /// <param name="modulus">The modulus p, odd and at least 5; the tokens 0 … p − 1 are the numbers.</param>
    /// <exception cref="ArgumentException">The model has fewer tokens, or a weight that is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The modulus is even or less than 5.</exception>
    public static FourierSpectrum OfEmbedding(EquationModel model, int modulus)
    {
        Frequencies.RequireModulus(modulus);
        if (model.VocabularySize < modulus)
        {
            throw new ArgumentException(
                $"The model has {model.VocabularySize} tokens; it has to have one for each number from 0 to {modulus - 1}.", nameof(model));
        }

        using var scope = NewDisposeScope();
        return Of(model.EmbeddingWeight.detach()[..modulus]);
    }

    /// <summary>The spectrum of a matrix.</summary>
    /// <param name="numbers">One row per number, <c>[p, width]</c>, of any floating-point type, all finite; p odd and at least 5.</param>
    /// <exception cref="ArgumentException">The tensor is no matrix, or has an entry that is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of rows is even or less than 5.</exception>
    public static FourierSpectrum Of(Tensor numbers)
    {
        if (numbers.dim() != 2)
        {
            throw new ArgumentException(
                $"The tensor has shape [{string.Join(", ", numbers.shape)}]; it has to be [numbers, width].", nameof(numbers));
        }

        var (p, width) = ((int)numbers.size(0), (int)numbers.size(1));
        Frequencies.RequireModulus(p);
        using var scope = NewDisposeScope();
        var columns = numbers.detach().to(float64).t().contiguous().data<double>().ToArray();
        var neurons = new double[(p + 1) / 2, width];
        var column = new Complex[p];
        for (var neuron = 0; neuron < width; neuron++)
        {
            for (var row = 0; row < p; row++)
            {
                column[row] = Frequencies.RequireFinite(columns[(neuron * p) + row]);
            }

            Fourier.Forward(column, FourierOptions.Default);
            for (var k = 0; k < neurons.GetLength(0); k++)
            {
                neurons[k, neuron] = (k == 0 ? 1 : 2) * column[k].MagnitudeSquared();
            }
        }

        return new FourierSpectrum(neurons);
    }

    private static int[] FindKeyFrequencies(double[] power, int width)
    {
        var total = power.Skip(1).Sum();
        if (total <= Frequencies.Rounding * power.Sum())
        {
            return [];
        }

        var frequencies = power.Length - 1;
        // The chance of a share as large or larger is that of the others' share being as small or smaller.
        return [.. Enumerable.Range(1, frequencies).Where(k => SpecialFunctions.BetaRegularized(
            width * (frequencies - 1.0), width, Math.Max(0, 1 - (power[k] / total))) < FalseAlarm / frequencies)];
    }
}
