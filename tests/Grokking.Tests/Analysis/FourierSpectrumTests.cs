using Grokking.Analysis;
using Grokking.Data;
using Grokking.Models;
using Grokking.Tests.Models;
using static TorchSharp.torch;

namespace Grokking.Tests.Analysis;

public sealed class FourierSpectrumTests
{
    [Theory]
    [InlineData(5, 3)]
    [InlineData(97, 128)]
    [InlineData(101, 1)]
    public void Powers_sum_to_the_sum_of_squares(int modulus, int width)
    {
        using var numbers = Noise(modulus, width, 1) + 0.5;
        var spectrum = FourierSpectrum.Of(numbers);
        var squares = numbers.pow(2).sum().item<double>();
        Assert.Equal((modulus + 1) / 2, spectrum.Power.Count);
        Assert.Equal(1, spectrum.Power.Sum() / squares, 1e-12);
        Assert.Equal(1, spectrum.Neurons.Cast<double>().Sum() / squares, 1e-12);
    }

    [Fact]
    public void It_is_what_the_definition_says_term_by_term()
    {
        const int p = 23;
        using var numbers = Noise(p, 4, 2);
        var spectrum = FourierSpectrum.Of(numbers);
        for (var neuron = 0; neuron < 4; neuron++)
        {
            for (var k = 0; k <= 11; k++)
            {
                var (cos, sin) = (0.0, 0.0);
                for (var n = 0; n < p; n++)
                {
                    var value = numbers[n, neuron].item<double>();
                    cos += value * Math.Cos(2 * Math.PI * k * n / p);
                    sin += value * Math.Sin(2 * Math.PI * k * n / p);
                }

                // The waves' lengths are √p for the constant and √(p/2) for the others.
                Assert.Equal(((cos * cos) + (sin * sin)) * (k == 0 ? 1 : 2) / p, spectrum.Neurons[k, neuron], 1e-12);
            }
        }
    }

    [Fact]
    public void A_cosine_has_all_its_power_at_its_frequency()
    {
        using var numbers = tensor(Enumerable.Range(0, 97).Select(n => 2 + (3 * Math.Cos((2 * Math.PI * 10 * n / 97) + 1))).ToArray(), [97, 1]);
        var spectrum = FourierSpectrum.Of(numbers);
        Assert.Equal(97 * 4, spectrum.Power[0], 1e-10);
        Assert.Equal(97 * 9 / 2.0, spectrum.Power[10], 1e-10);
        Assert.Equal([10], spectrum.KeyFrequencies);
        Assert.Equal(1, spectrum.ShareOf([10]), 1e-12);
        Assert.Equal(0, spectrum.ShareOf([9, 11]), 1e-12);
        Assert.Equal(1 - (1 / 48.0), spectrum.Gini, 1e-12);
    }

    [Theory]
    [InlineData(97, new[] { 3, 17, 40 })]
    [InlineData(97, new[] { 1, 2, 4, 8, 16, 32, 48 })]
    [InlineData(31, new[] { 15 })]
    public void A_network_built_of_some_frequencies_shows_exactly_those(int modulus, int[] frequencies)
    {
        using var dataset = new EquationDataset(modulus, Operation.Add);
        using var model = CircuitNetwork.Of(dataset, frequencies);
        var spectrum = FourierSpectrum.OfEmbedding(model, modulus);
        Assert.Equal(frequencies, spectrum.KeyFrequencies);
        Assert.Equal(1, spectrum.ShareOf(frequencies), 1e-6);
        Assert.Equal(1 - (frequencies.Length / ((modulus - 1) / 2.0)), spectrum.Gini, 1e-6);
        Assert.All(frequencies, (k, i) => Assert.Equal(modulus / 2.0, spectrum.Neurons[k, 2 * i], 1e-4));
    }

    [Fact]
    public void A_weak_frequency_beside_strong_ones_is_found()
    {
        using var waves = cat([20 * Wave(97, 5), Wave(97, 8), 10 * Wave(97, 44)], 1);
        using var numbers = waves.matmul(Noise(6, 128, 3)) + (0.01 * Noise(97, 128, 4));
        // Of 501 parts the weak one has 1, too few; of 26 it is found.
        Assert.Equal([5, 44], FourierSpectrum.Of(numbers).KeyFrequencies);
        using var closer = cat([4 * Wave(97, 5), Wave(97, 8), 3 * Wave(97, 44)], 1).matmul(Noise(6, 128, 3));
        Assert.Equal([5, 8, 44], FourierSpectrum.Of(closer).KeyFrequencies);
    }

    [Theory]
    [InlineData(97, 128)]
    [InlineData(97, 2)]
    [InlineData(97, 1)]
    [InlineData(11, 16)]
    [InlineData(5, 1)]
    public void White_noise_shows_none(int modulus, int width)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            using var numbers = Noise(modulus, width, seed);
            Assert.Empty(FourierSpectrum.Of(numbers).KeyFrequencies);
        }
    }

    [Fact]
    public void The_spectrum_of_white_noise_is_nearly_equal()
    {
        // Powers spread by 1/√128 about their mean, and the Gini coefficient of a normal distribution is that over √π.
        var gini = Enumerable.Range(0, 20).Average(seed => FourierSpectrum.Of(Noise(97, 128, seed)).Gini);
        Assert.Equal(1 / Math.Sqrt(128 * Math.PI), gini, 0.005);
    }

    [Theory]
    [InlineData(0.031, false)]
    [InlineData(0.034, true)]
    public void Of_the_seeds_numbers_a_key_frequency_has_a_thirtieth_of_the_power(double share, bool key)
    {
        // Chi-squared of 256 degrees is beyond 1.56 times its mean once in 48 million times (Wilson and Hilferty); 1.56/48 = 3.26%.
        using var numbers = zeros([97, 128], float64);
        for (var k = 1; k <= 48; k++)
        {
            // Every frequency in both of its phases, in columns of its own.
            var scale = Math.Sqrt(k == 7 ? share : (1 - share) / 47);
            numbers[TensorIndex.Colon, TensorIndex.Slice(2 * k, (2 * k) + 2)] = scale * Wave(97, k);
        }

        Assert.Equal(key ? [7] : [], FourierSpectrum.Of(numbers).KeyFrequencies);
    }

    [Fact]
    public void Frequencies_under_noise_are_found_with_the_share_they_have()
    {
        // Each frequency's wave has squares of 97 a column of its own, the noise of 0.5² a number: 4 · 97 · 32 against 0.25 · 96 · 128.
        int[] frequencies = [6, 20, 40, 44];
        using var waves = cat(frequencies.Select(k => Wave(97, k)).ToArray(), 1);
        using var numbers = waves.repeat(1, 16) + (0.5 * Noise(97, 128, 6));
        var spectrum = FourierSpectrum.Of(numbers);
        var (structure, noise) = (97 / 2.0 * 128, 0.25 * 96 * 128);
        Assert.Equal(frequencies, spectrum.KeyFrequencies);
        Assert.Equal((structure + (noise * 4 / 48)) / (structure + noise), spectrum.ShareOf(spectrum.KeyFrequencies), 0.01);
    }

    [Fact]
    public void The_tokens_that_are_no_numbers_have_no_part()
    {
        using var dataset = new EquationDataset(31, Operation.Add);
        using var model = CircuitNetwork.Of(dataset, [2, 9]);
        var before = FourierSpectrum.OfEmbedding(model, 31).Power;
        using (no_grad())
        {
            model.Embedding.weight![31..].fill_(1000);
        }

        var weights = Weights.Of(model);
        Assert.Equal(before, FourierSpectrum.OfEmbedding(model, 31).Power);
        Assert.Equal(weights, Weights.Of(model));
    }

    [Fact]
    public void What_does_not_vary_has_no_key_frequencies()
    {
        using var constant = ones([97, 3], float64) * 0.1;
        var spectrum = FourierSpectrum.Of(constant);
        Assert.Empty(spectrum.KeyFrequencies);
        Assert.Equal(97 * 3 * 0.01, spectrum.Power.Sum(), 1e-12);
        Assert.Equal(0, FourierSpectrum.Of(zeros([97, 3])).Gini);
        Assert.Equal(0, FourierSpectrum.Of(zeros([97, 3])).ShareOf([1, 2]));
    }

    [Fact]
    public void What_has_no_spectrum_is_refused()
    {
        using var model = new GrokkingMlp(12, 3, 3);
        Assert.Contains("The modulus is 2; a spectrum is taken over an odd number", Assert.Throws<ArgumentOutOfRangeException>(() => FourierSpectrum.OfEmbedding(model, 2)).Message);
        Assert.Contains("The modulus is 3;", Assert.Throws<ArgumentOutOfRangeException>(() => FourierSpectrum.Of(zeros(3, 4))).Message);
        Assert.Contains("The model has 12 tokens; it has to have one for each number from 0 to 12.", Assert.Throws<ArgumentException>(() => FourierSpectrum.OfEmbedding(model, 13)).Message);
        Assert.Contains("shape [7]; it has to be [numbers, width]", Assert.Throws<ArgumentException>(() => FourierSpectrum.Of(zeros(7))).Message);
        Assert.Contains("entry NaN", Assert.Throws<ArgumentException>(() => FourierSpectrum.Of(full([7, 2], double.NaN))).Message);
        var spectrum = FourierSpectrum.Of(ones(7, 2));
        Assert.Contains("The frequency is 0; modulo 7 it has to be from 1 to 3.", Assert.Throws<ArgumentOutOfRangeException>(() => spectrum.ShareOf([0])).Message);
        Assert.Contains("The frequency is 4;", Assert.Throws<ArgumentOutOfRangeException>(() => spectrum.ShareOf([1, 4])).Message);
        Assert.Contains("The frequencies 2, 2 name one twice", Assert.Throws<ArgumentOutOfRangeException>(() => spectrum.ShareOf([2, 2])).Message);
    }

    /// <summary>Cosine and sine of a frequency, <c>[p, 2]</c>.</summary>
    private static Tensor Wave(int modulus, int frequency)
    {
        var angles = arange(modulus, dtype: float64) * (2 * Math.PI * frequency / modulus);
        return stack([angles.cos(), angles.sin()], 1);
    }

    private static Tensor Noise(int rows, int columns, int seed) => randn([rows, columns], float64, generator: new Generator((ulong)seed));
}
