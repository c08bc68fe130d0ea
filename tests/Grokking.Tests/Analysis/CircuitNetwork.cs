using Grokking.Data;
using Grokking.Models;
using static TorchSharp.torch;

namespace Grokking.Tests.Analysis;

/// <summary>
/// A network whose weights are written down, not learned: it answers a + b (or a − b) by <c>gain · Σ cos(w(a + b − c))</c> over
/// some frequencies, w = 2πk/p.
/// </summary>
/// <remarks>
/// The embedding holds cosine and sine of each number. Neuron (φ, ψ) is <c>relu(cos(wa + φ) + cos(wb + ψ))</c>, which is
/// <c>(cos x + cos y)/2 + |cos((x + y)/2)| · |cos((x − y)/2)|</c>, and answers c with <c>cos(wc + φ + ψ)</c>. Summed over all
/// phases only the wave cos(x + y) is left, whose coefficient follows from <c>|cos u| = 2/π + 4/(3π) cos 2u − …</c>; of M phases
/// the wave of M − 1 is left as well, with 3/(4(M − 1)² − 1) of its size.
/// </remarks>
internal static class CircuitNetwork
{
    public const int Phases = 12;

    public static GrokkingMlp Of(EquationDataset dataset, int[] frequencies, double gain = 5, int sign = 1)
    {
        var p = dataset.Modulus;
        var (width, hidden) = (2 * frequencies.Length, frequencies.Length * Phases * Phases);
        var embedding = new float[dataset.Vocabulary.Count, width];
        var hiddenWeight = new float[hidden, EquationDataset.TokensPerEquation * width];
        var outputWeight = new float[dataset.Vocabulary.Count, hidden];
        var outputBias = new float[dataset.Vocabulary.Count];
        (outputBias[dataset.Vocabulary.Operation], outputBias[dataset.Vocabulary.EqualsSign]) = (-100, -100);
        for (var i = 0; i < frequencies.Length; i++)
        {
            var w = 2 * Math.PI * frequencies[i] / p;
            for (var number = 0; number < p; number++)
            {
                (embedding[number, 2 * i], embedding[number, (2 * i) + 1]) = ((float)Math.Cos(w * number), (float)Math.Sin(w * number));
            }

            for (var j = 0; j < Phases * Phases; j++)
            {
                var (phi, psi) = (2 * Math.PI * (j / Phases) / Phases, 2 * Math.PI * (j % Phases) / Phases);
                var neuron = (i * Phases * Phases) + j;
                hiddenWeight[neuron, 2 * i] = (float)Math.Cos(phi);
                hiddenWeight[neuron, (2 * i) + 1] = -(float)Math.Sin(phi);
                hiddenWeight[neuron, (2 * width) + (2 * i)] = (float)Math.Cos(psi);
                hiddenWeight[neuron, (2 * width) + (2 * i) + 1] = -sign * (float)Math.Sin(psi);
                for (var c = 0; c < p; c++)
                {
                    outputWeight[c, neuron] = (float)(gain * 3 * Math.PI * Math.PI / 4 / (Phases * Phases) * Math.Cos((w * c) + phi + psi));
                }
            }
        }

        var model = new GrokkingMlp(dataset.Vocabulary.Count, width, hidden);
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        model.Embedding.weight!.copy_(tensor(embedding));
        model.HiddenLayer.weight!.copy_(tensor(hiddenWeight));
        model.HiddenLayer.bias!.zero_();
        model.OutputLayer.weight!.copy_(tensor(outputWeight));
        model.OutputLayer.bias!.copy_(tensor(outputBias));
        return model;
    }

    /// <summary>What the network is to answer, <c>[equations, p] float64</c>, with no network.</summary>
    public static Tensor Logits(EquationDataset dataset, int[] frequencies, double gain = 5)
    {
        var p = dataset.Modulus;
        var logits = new double[dataset.Count, p];
        for (var equation = 0; equation < dataset.Count; equation++)
        {
            for (var c = 0; c < p; c++)
            {
                logits[equation, c] = gain * frequencies.Sum(k => Math.Cos(2 * Math.PI * k * (dataset.LabelOf(equation) - c) / p));
            }
        }

        return tensor(logits);
    }

    /// <summary>The cross-entropy of those logits: that of any of the equations, as they differ by a shift of c.</summary>
    public static double Loss(int modulus, int[] frequencies, double gain = 5) => Math.Log(Enumerable.Range(0, modulus).Sum(c =>
        Math.Exp(gain * frequencies.Sum(k => Math.Cos(2 * Math.PI * k * c / modulus) - 1))));
}
