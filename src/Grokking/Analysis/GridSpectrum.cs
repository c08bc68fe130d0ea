using Grokking.Data;
using Grokking.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Grokking.Analysis;

/// <summary>
/// The power spectrum over the a × b grid of all p² equations, of each neuron or logit: the two-dimensional discrete
/// Fourier transform, with waves <c>cos</c> and <c>sin</c> of <c>2π(kₐa + k_b b)/p</c>.
/// </summary>
/// <remarks>
/// The transform is unitary (1/p), and a wave's power is that of (kₐ, k_b) and of its mirror image (−kₐ, −k_b) together, so
/// that all powers sum to the sum of squares (Parseval). See Nanda et al., arXiv 2301.05217.
/// </remarks>
public sealed class GridSpectrum
{
    private const double Dead = 1e-4;

    private GridSpectrum(double[,] power, double[,] neurons, double[] varying)
    {
        Power = power;
        Neurons = neurons;
        PowerAroundMean = varying;
        var alive = Dead * varying.DefaultIfEmpty().Average();
        Dominant = [.. Enumerable.Range(0, varying.Length).Select(neuron => Strongest(neuron, alive))];
        KeyFrequencies = [.. Dominant.Select(neuron => neuron.Frequency).Where(frequency => frequency > 0).Distinct().Order()];
    }

    /// <summary>
    /// Power by wave, summed over neurons, <c>[(p + 1)/2, p]</c>: the row is kₐ from 0, the column k_b + (p − 1)/2, so that
    /// k_b = 0 is in the middle. In row 0 a wave stands on both sides of the middle, with half of its power on each.
    /// </summary>
    public double[,] Power { get; }

    /// <summary>
    /// Power by frequency and neuron, <c>[(p + 1)/2, neurons]</c>: that of all waves made of k alone, which are (k, 0),
    /// (0, k), (k, k) and (k, −k); frequency 0 is the neuron's mean. Waves that mix two frequencies are in none.
    /// </summary>
    public double[,] Neurons { get; }

    /// <summary>Each neuron's power around its mean, <c>[neurons]</c>: that of all waves but the constant.</summary>
    public IReadOnlyList<double> PowerAroundMean { get; }

    /// <summary>
    /// Each neuron's strongest frequency; none (0) for one whose power around its mean is a ten-thousandth of the average
    /// neuron's or less: it is all but dead, and what it follows is chance.
    /// </summary>
    public IReadOnlyList<NeuronFrequency> Dominant { get; }

    /// <summary>
    /// The frequencies that are some neuron's strongest, rising: the key frequencies of Nanda et al.'s code, which are those of the
    /// hidden layer. <see cref="FourierSpectrum.KeyFrequencies"/> are found in the embedding, and need not be the same.
    /// </summary>
    public IReadOnlyList<int> KeyFrequencies { get; }

    /// <summary>The spectrum of the hidden layer's outputs, after the ReLU.</summary>
    /// <exception cref="ArgumentException">The dataset is not all of the grid, or the model lacks some of its tokens.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The modulus is even or less than 5.</exception>
    public static GridSpectrum OfHidden(GrokkingMlp model, EquationDataset dataset)
    {
        model.RequireVocabulary(dataset);
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        using var copy = DoublePrecision.Copy(model);
        return Of(copy.Hidden(dataset.Features), dataset.Modulus);
    }

    /// <summary>The spectrum of the logits, of all tokens.</summary>
    /// <exception cref="ArgumentException">The dataset is not all of the grid, or the model lacks some of its tokens.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The modulus is even or less than 5.</exception>
    public static GridSpectrum OfLogits(EquationModel model, EquationDataset dataset)
    {
        model.RequireVocabulary(dataset);
        using var scope = NewDisposeScope();
        return Of(DoublePrecision.Logits(model, dataset), dataset.Modulus);
    }

    /// <summary>The spectrum of values of all equations.</summary>
    /// <param name="values">One row per equation, b changing fastest, <c>[p², neurons]</c>, of any floating-point type, all finite.</param>
    /// <param name="modulus">The modulus p, odd and at least 5.</param>
    /// <exception cref="ArgumentException">The tensor has not p² rows, or has an entry that is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The modulus is even or less than 5.</exception>
    public static GridSpectrum Of(Tensor values, int modulus)
    {
        Frequencies.RequireModulus(modulus);
        if (values.dim() != 2 || values.size(0) != modulus * modulus)
        {
            throw new ArgumentException(
                $"The values have shape [{string.Join(", ", values.shape)}]; modulo {modulus} it has to be [{modulus * modulus}, neurons].",
                nameof(values));
        }

        using var scope = NewDisposeScope();
        var (last, width) = ((modulus - 1) / 2, (int)values.size(1));
        var grids = values.detach().to(float64).t().contiguous();
        foreach (var value in grids.data<double>().ToArray())
        {
            Frequencies.RequireFinite(value);
        }

        var waves = (double[,,])Waves(grids.view(width, modulus, modulus)).data<double>().ToNDArray();
        var (power, neurons) = (new double[last + 1, modulus], new double[last + 1, width]);
        var varying = new double[width];
        for (var neuron = 0; neuron < width; neuron++)
        {
            for (var a = 0; a <= last; a++)
            {
                for (var b = 0; b < modulus; b++)
                {
                    power[a, b] += waves[neuron, a, b];
                    varying[neuron] += (a, b) == (0, last) ? 0 : waves[neuron, a, b];
                }
            }

            neurons[0, neuron] = waves[neuron, 0, last];
            for (var k = 1; k <= last; k++)
            {
                neurons[k, neuron] = waves[neuron, k, last] + waves[neuron, 0, last + k] + waves[neuron, 0, last - k] + waves[neuron, k, last + k] + waves[neuron, k, last - k];
            }
        }

        return new GridSpectrum(power, neurons, varying);
    }

    /// <summary>The power of each wave of each grid <c>[neurons, p, p]</c>, laid out as <see cref="Power"/>.</summary>
    private static Tensor Waves(Tensor grids)
    {
        var (p, last) = (grids.size(1), (grids.size(1) - 1) / 2);
        var transform = fft.rfft2(grids, norm: FFTNormType.Ortho);
        var power = transform.real.square().add(transform.imag.square());
        // The values are real: (a, −b) is as strong as its mirror image (−a, b).
        var mirrored = power.index_select(1, arange(p, p - last - 1, -1, dtype: int64).remainder(p)).index_select(2, arange(last, 0, -1, dtype: int64));
        var waves = cat([mirrored, power.narrow(1, 0, last + 1)], 2);
        return cat([waves.narrow(1, 0, 1), waves.narrow(1, 1, last).mul(2)], 1);
    }

    private NeuronFrequency Strongest(int neuron, double alive)
    {
        if (PowerAroundMean[neuron] <= alive || PowerAroundMean[neuron] <= Frequencies.Rounding * Neurons[0, neuron])
        {
            return new NeuronFrequency(neuron, 0, 0);
        }

        var strongest = Enumerable.Range(1, Neurons.GetLength(0) - 1).MaxBy(k => Neurons[k, neuron]);
        return new NeuronFrequency(neuron, strongest, Neurons[strongest, neuron] / PowerAroundMean[neuron]);
    }
}
