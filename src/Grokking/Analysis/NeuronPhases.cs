using System.Numerics;
using Grokking.Data;
using Grokking.Models;
using static TorchSharp.torch;

namespace Grokking.Analysis;

/// <summary>
/// The phases of a hidden neuron at its frequency k: what it is given of a, what it is given of b, and what it gives the
/// answer c are near <c>cos(2πka/p + φ_a)</c>, <c>cos(2πkb/p + φ_b)</c> and <c>cos(2πkc/p + φ_out)</c>, each of some size.
/// </summary>
/// <remarks>
/// With this sign a network adds where φ_out = φ_a + φ_b: the ReLU of the first two waves' sum holds the wave
/// <c>cos(2πk(a + b)/p + φ_a + φ_b)</c>, and its product with the third is largest at c = a + b. (Of a − b it would be φ_out = φ_a − φ_b.)
/// The relation is that of Swaroop, Latent algorithmic structure precedes grokking, arXiv 2603.23784. Angles are in radians, from −π to π.
/// </remarks>
/// <param name="Neuron">The neuron's index.</param>
/// <param name="Frequency">Its frequency k over the a × b grid, from 1 to (p − 1)/2.</param>
/// <param name="PhaseA">φ_a, of the weights that lead from a number on the left to the neuron, by way of the embedding.</param>
/// <param name="PhaseB">φ_b, of those from a number on the right.</param>
/// <param name="PhaseOut">φ_out, of the output layer's weights from the neuron to the answers 0 … p − 1.</param>
public readonly record struct NeuronPhases(int Neuron, int Frequency, double PhaseA, double PhaseB, double PhaseOut)
{
    /// <summary>The sizes of the three waves, 0 or more; 1 each where phases alone are meant.</summary>
    public (double A, double B, double Out) Amplitudes { get; init; } = (1, 1, 1);

    /// <summary>φ_a + φ_b, from −π to π.</summary>
    public double Sum => Wrap(PhaseA + PhaseB);

    /// <summary>φ_out − φ_a − φ_b, from −π to π: 0 where the relation holds.</summary>
    public double Error => Wrap(PhaseOut - PhaseA - PhaseB);

    /// <summary>The phases of a network's hidden neurons, but for those without a frequency (see <see cref="GridSpectrum.Dominant"/>).</summary>
    /// <param name="model">The network.</param>
    /// <param name="dataset">All equations of a modulus p that is odd and at least 5.</param>
    /// <returns>One entry a neuron that has a frequency, in their order; there may be none.</returns>
    /// <exception cref="ArgumentException">The dataset is not all of the grid, or the model lacks some of its tokens.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The modulus is even or less than 5.</exception>
    public static IReadOnlyList<NeuronPhases> Of(GrokkingMlp model, EquationDataset dataset)
    {
        var dominant = GridSpectrum.OfHidden(model, dataset).Dominant;
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        using var copy = DoublePrecision.Copy(model);
        var numbers = copy.EmbeddingWeight[..dataset.Modulus];
        var weights = copy.HiddenLayer.weight!.view(model.HiddenWidth, EquationDataset.TokensPerEquation, model.EmbeddingWidth);
        var (a, b) = (numbers.mm(weights.select(1, 0).t()), numbers.mm(weights.select(1, 2).t()));
        var answers = copy.UnembeddingWeight[..dataset.Modulus];
        return [.. dominant.Where(neuron => neuron.Frequency > 0).Select(neuron =>
        {
            var (waveA, waveB, waveOut) = (WaveOf(a, neuron), WaveOf(b, neuron), WaveOf(answers, neuron));
            return new NeuronPhases(neuron.Neuron, neuron.Frequency, waveA.Phase, waveB.Phase, waveOut.Phase)
            {
                Amplitudes = (waveA.Magnitude, waveB.Magnitude, waveOut.Magnitude),
            };
        })];
    }

    /// <summary>
    /// The circular variance of the neurons' <see cref="Error"/>, each counted alike: 1 less the length of the mean of
    /// <c>exp(i · error)</c>. 0 if all are the same, near 1 if they are spread evenly; 1 of no neurons.
    /// </summary>
    public static double CircularVariance(IReadOnlyList<NeuronPhases> neurons) => neurons.Count == 0
        ? 1
        : 1 - (neurons.Aggregate(Complex.Zero, (sum, neuron) => sum + Complex.FromPolarCoordinates(1, neuron.Error)).Magnitude / neurons.Count);

    /// <summary>A control: the neurons with the phases φ_out of one another, and all else their own.</summary>
    /// <param name="neurons">The neurons.</param>
    /// <param name="random">Draws who gets whose.</param>
    /// <param name="withinFrequency">Whether only neurons of one frequency change places.</param>
    public static IReadOnlyList<NeuronPhases> ShufflePhaseOut(IReadOnlyList<NeuronPhases> neurons, Random random, bool withinFrequency)
    {
        NeuronPhases[] shuffled = [.. neurons];
        foreach (var group in neurons.Index().GroupBy(entry => withinFrequency ? entry.Item.Frequency : 0))
        {
            double[] phases = [.. group.Select(entry => entry.Item.PhaseOut)];
            random.Shuffle(phases);
            foreach (var (entry, phase) in group.Zip(phases))
            {
                shuffled[entry.Index] = entry.Item with { PhaseOut = phase };
            }
        }

        return shuffled;
    }

    private static Complex WaveOf(Tensor values, NeuronFrequency neuron)
    {
        var p = values.size(0);
        return values.select(1, neuron.Neuron).contiguous().data<double>().ToArray()
            .Select((value, n) => value * Complex.FromPolarCoordinates(2.0 / p, -2 * Math.PI * ((long)neuron.Frequency * n % p) / p))
            .Aggregate(Complex.Add);
    }

    private static double Wrap(double angle) => Math.IEEERemainder(angle, 2 * Math.PI);
}
