using Grokking.Data;
using Grokking.Models;
using static TorchSharp.torch;

namespace Grokking.Analysis;

/// <summary>A network that is written down from the frequencies and phases of another's neurons, and has nothing else of it.</summary>
/// <remarks>
/// Neuron j is <c>relu(A cos(2πka/p + φ_a) + B cos(2πkb/p + φ_b))</c>, and gives the answer c <c>C cos(2πkc/p + φ_out)</c>. The paper
/// (Swaroop, arXiv 2603.23784) has square waves in place of the first two cosines, and the amplitudes A, B, C of the trained network.
/// </remarks>
public static class IdealisedNetwork
{
    /// <summary>The network of some neurons; its embedding is the identity, and it has no biases. The caller disposes of it.</summary>
    /// <param name="neurons">The neurons, with amplitudes of 1 for phases alone.</param>
    /// <param name="dataset">The equations whose tokens it knows.</param>
    /// <param name="squareInputs">Whether the two input waves are the signs of the cosines, as in the paper.</param>
    /// <exception cref="ArgumentException">There are no neurons.</exception>
    public static GrokkingMlp Of(IReadOnlyList<NeuronPhases> neurons, EquationDataset dataset, bool squareInputs = false)
    {
        if (neurons.Count == 0)
        {
            throw new ArgumentException("There are no neurons to make a network of; it has to have at least one that has a frequency.", nameof(neurons));
        }

        var (p, tokens) = (dataset.Modulus, dataset.Vocabulary.Count);
        var hidden = new float[neurons.Count, EquationDataset.TokensPerEquation * tokens];
        var output = new float[tokens, neurons.Count];
        foreach (var (j, neuron) in neurons.Index())
        {
            for (var n = 0; n < p; n++)
            {
                hidden[j, n] = (float)(neuron.Amplitudes.A * Input(neuron.Frequency, n, neuron.PhaseA));
                hidden[j, (2 * tokens) + n] = (float)(neuron.Amplitudes.B * Input(neuron.Frequency, n, neuron.PhaseB));
                output[n, j] = (float)(neuron.Amplitudes.Out * Wave(neuron.Frequency, n, neuron.PhaseOut));
            }
        }

        var model = GrokkingMlp.FromSeed(0, tokens, tokens, neurons.Count);
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        model.Embedding.weight!.copy_(eye(tokens));
        model.HiddenLayer.weight!.copy_(tensor(hidden));
        model.OutputLayer.weight!.copy_(tensor(output));
        return model;

        double Input(int k, int n, double phase) => squareInputs ? Math.Sign(Wave(k, n, phase)) : Wave(k, n, phase);

        double Wave(int k, int n, double phase) => Math.Cos((2 * Math.PI * ((long)k * n % p) / p) + phase);
    }
}
