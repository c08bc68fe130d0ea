using Grokking.Analysis;
using Grokking.Data;
using Grokking.Models;
using static TorchSharp.torch;

namespace Grokking.Tests.Analysis;

public sealed class GridSpectrumTests
{
    [Theory]
    [InlineData(5, 3)]
    [InlineData(29, 2)]
    public void Powers_sum_to_the_sum_of_squares(int modulus, int width)
    {
        using var values = Noise(modulus, width) + 0.5;
        var spectrum = GridSpectrum.Of(values, modulus);
        Assert.Equal(1, spectrum.Power.Cast<double>().Sum() / values.pow(2).sum().item<double>(), 1e-12);
        Assert.Equal(((modulus + 1) / 2, modulus), (spectrum.Power.GetLength(0), spectrum.Power.GetLength(1)));
    }

    [Fact]
    public void It_is_what_the_definition_says_term_by_term()
    {
        const int p = 7;
        using var values = Noise(p, 2);
        var spectrum = GridSpectrum.Of(values, p);
        for (var ka = 0; ka <= 3; ka++)
        {
            for (var kb = -3; kb <= 3; kb++)
            {
                var power = Enumerable.Range(0, 2).Sum(neuron => WavePower(values, neuron, ka, kb));
                // Both places of a wave of b alone have half of it.
                Assert.Equal(ka == 0 && kb != 0 ? power / 2 : power, spectrum.Power[ka, kb + 3], 1e-12);
            }
        }

        for (var neuron = 0; neuron < 2; neuron++)
        {
            Assert.Equal(WavePower(values, neuron, 0, 0), spectrum.Neurons[0, neuron], 1e-12);
            for (var k = 1; k <= 3; k++)
            {
                var alone = WavePower(values, neuron, k, 0) + WavePower(values, neuron, 0, k) + WavePower(values, neuron, k, k) + WavePower(values, neuron, k, -k);
                Assert.Equal(alone, spectrum.Neurons[k, neuron], 1e-12);
            }
        }
    }

    [Theory]
    [InlineData(4, 4)]
    [InlineData(4, -4)]
    [InlineData(0, 4)]
    [InlineData(4, 0)]
    public void A_wave_of_one_frequency_is_all_that_frequencys(int ka, int kb)
    {
        const int p = 23;
        var grid = new double[p * p];
        for (var i = 0; i < grid.Length; i++)
        {
            grid[i] = 1 + Math.Cos((2 * Math.PI * ((ka * (i / p)) + (kb * (i % p))) / p) + 0.7);
        }

        using var values = tensor(grid, [p * p, 1]);
        var spectrum = GridSpectrum.Of(values, p);
        Assert.Equal(p * p / 2.0 / (ka == 0 ? 2 : 1), spectrum.Power[ka, kb + 11], 1e-9);
        Assert.Equal(p * p, spectrum.Power[0, 11], 1e-9);
        Assert.Equal((0, 4), (spectrum.Dominant[0].Neuron, spectrum.Dominant[0].Frequency));
        Assert.Equal(1, spectrum.Dominant[0].Share, 1e-12);
    }

    [Fact]
    public void A_neuron_that_is_all_but_dead_has_no_frequency_and_the_keys_are_the_others()
    {
        const int p = 23;
        var grid = new double[p * p, 4];
        for (var i = 0; i < p * p; i++)
        {
            (grid[i, 0], grid[i, 1]) = (Math.Cos(2 * Math.PI * 7 * (i / p) / p), Math.Cos(2 * Math.PI * 4 * (i % p) / p));
        }

        // One fires for one equation, weakly; one never.
        grid[100, 2] = 0.1;
        using var values = tensor(grid);
        var spectrum = GridSpectrum.Of(values, p);
        Assert.Equal([7, 4, 0, 0], spectrum.Dominant.Select(neuron => neuron.Frequency));
        Assert.Equal([4, 7], spectrum.KeyFrequencies);
    }

    [Fact]
    public void Neurons_of_a_network_that_is_written_down_have_the_frequencies_they_were_given()
    {
        int[] frequencies = [3, 17, 40];
        using var dataset = new EquationDataset(97, Operation.Add);
        using var model = CircuitNetwork.Of(dataset, frequencies);
        var spectrum = GridSpectrum.OfHidden(model, dataset);
        var perFrequency = CircuitNetwork.Phases * CircuitNetwork.Phases;
        // Of relu(cos x + cos y) the mean square is 1/2 and the mean 4/π²; the waves of x and y alone have 1/8 each, and
        // those of x + y and of x − y have twice the square of 4/(3π²) each.
        var wave = 4 / (3 * Math.PI * Math.PI);
        var share = (0.25 + (4 * wave * wave)) / (0.5 - (16 / Math.Pow(Math.PI, 4)));
        Assert.All(spectrum.Dominant, (dominant, neuron) =>
        {
            Assert.Equal((neuron, frequencies[neuron / perFrequency]), (dominant.Neuron, dominant.Frequency));
            Assert.Equal(share, dominant.Share, 0.01);
        });
    }

    [Theory]
    [InlineData("+", 1)]
    [InlineData("-", -1)]
    public void Logits_of_a_network_that_is_written_down_are_waves_of_the_sum_or_the_difference(string operation, int sign)
    {
        using var dataset = new EquationDataset(31, Operation.Parse(operation));
        using var model = CircuitNetwork.Of(dataset, [2, 9], sign: sign);
        var spectrum = GridSpectrum.OfLogits(model, dataset);
        var varying = spectrum.Power.Cast<double>().Sum() - spectrum.Power[0, 15];
        Assert.Equal(0.5, spectrum.Power[2, 15 + (2 * sign)] / varying, 1e-3);
        Assert.Equal(0.5, spectrum.Power[9, 15 + (9 * sign)] / varying, 1e-3);
    }

    [Fact]
    public void The_spectra_are_of_the_networks_own_numbers()
    {
        using var dataset = new EquationDataset(7, Operation.Add);
        using var model = new GrokkingMlp(9, 8, 6);
        using var hidden = nn.functional.relu(model.HiddenLayer.forward(model.Embedding.forward(dataset.Features).flatten(1)));
        AssertNear(GridSpectrum.Of(hidden, 7), GridSpectrum.OfHidden(model, dataset));
        AssertNear(GridSpectrum.Of(model.forward(dataset.Features), 7), GridSpectrum.OfLogits(model, dataset));
    }

    [Fact]
    public void A_dead_neuron_has_no_frequency()
    {
        using var values = cat([zeros([49, 1], float64), ones([49, 1], float64) * 0.1, Noise(7, 1)], 1);
        var dominant = GridSpectrum.Of(values, 7).Dominant;
        Assert.Equal(new NeuronFrequency(0, 0, 0), dominant[0]);
        Assert.Equal(new NeuronFrequency(1, 0, 0), dominant[1]);
        Assert.InRange(dominant[2].Frequency, 1, 3);
    }

    [Fact]
    public void What_is_no_grid_is_refused()
    {
        using var dataset = new EquationDataset(7, Operation.Add);
        using var model = new GrokkingMlp(8, 3, 3);
        Assert.Contains("The values have shape [48, 2]; modulo 7 it has to be [49, neurons].", Assert.Throws<ArgumentException>(() => GridSpectrum.Of(zeros(48, 2), 7)).Message);
        Assert.Contains("The modulus is 2;", Assert.Throws<ArgumentOutOfRangeException>(() => GridSpectrum.Of(zeros(4, 2), 2)).Message);
        Assert.Contains("entry NaN", Assert.Throws<ArgumentException>(() => GridSpectrum.Of(full([49, 2], double.NaN), 7)).Message);
        Assert.Contains("The model has 8 tokens and the dataset 9", Assert.Throws<ArgumentException>(() => GridSpectrum.OfHidden(model, dataset)).Message);
        Assert.Contains("The model has 8 tokens and the dataset 9", Assert.Throws<ArgumentException>(() => GridSpectrum.OfLogits(model, dataset)).Message);
    }

    /// <summary>The squares of what a wave's cosine and sine have of a neuron's values.</summary>
    private static double WavePower(Tensor values, int neuron, int ka, int kb)
    {
        var p = (int)Math.Sqrt(values.size(0));
        var (cos, sin) = (0.0, 0.0);
        for (var a = 0; a < p; a++)
        {
            for (var b = 0; b < p; b++)
            {
                var (value, angle) = (values[(a * p) + b, neuron].item<double>(), 2 * Math.PI * ((ka * a) + (kb * b)) / p);
                cos += value * Math.Cos(angle);
                sin += value * Math.Sin(angle);
            }
        }

        return ((cos * cos) + (sin * sin)) * (ka == 0 && kb == 0 ? 1 : 2) / (p * p);
    }

    private static void AssertNear(GridSpectrum expected, GridSpectrum actual)
    {
        var scale = expected.Power.Cast<double>().Max();
        Assert.All(expected.Power.Cast<double>().Zip(actual.Power.Cast<double>()), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * scale));
        Assert.All(expected.Neurons.Cast<double>().Zip(actual.Neurons.Cast<double>()), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * scale));
    }

    private static Tensor Noise(int modulus, int width) => randn([modulus * modulus, width], float64, generator: new Generator(5));
}
