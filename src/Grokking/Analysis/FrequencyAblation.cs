using Grokking.Data;
using Grokking.Models;
using Grokking.Training;
using static TorchSharp.torch;

namespace Grokking.Analysis;

/// <summary>What a network still knows when it loses one frequency.</summary>
/// <remarks>
/// The frequency's cosine and sine are taken out of the embedding of the numbers, and the network runs on what is left. So
/// everything that it does with this frequency is lost, also the harmonics that the ReLU makes of it. To take a
/// frequency out of the logits instead, see <see cref="ProgressMeasures.Excluded"/> with this frequency alone.
/// </remarks>
/// <param name="Frequency">The frequency k that was taken away.</param>
/// <param name="Without">Loss and accuracy without it.</param>
public readonly record struct FrequencyAblation(int Frequency, Evaluation Without)
{
    /// <summary>Takes frequencies away, one at a time. The model stays as it is.</summary>
    /// <param name="model">The network.</param>
    /// <param name="dataset">The equations; the modulus is odd and at least 5.</param>
    /// <param name="indices">Dataset indices of those that are judged.</param>
    /// <param name="frequencies">The frequencies, each from 1 to (p − 1)/2, such as <see cref="FourierSpectrum.KeyFrequencies"/>.</param>
    /// <returns>One entry per frequency, in their order.</returns>
    /// <exception cref="ArgumentException">There are no equations, or the model lacks some of the dataset's tokens.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A frequency or the modulus does not fit, or an index is none of the dataset's.</exception>
    public static IReadOnlyList<FrequencyAblation> Of(
        EquationModel model, EquationDataset dataset, ReadOnlySpan<long> indices, IReadOnlyList<int> frequencies)
    {
        model.RequireVocabulary(dataset);
        Frequencies.RequireModulus(dataset.Modulus);
        Frequencies.Require(frequencies, dataset.Modulus);
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        using var copy = DoublePrecision.Copy(model);
        var numbers = copy.EmbeddingWeight[..dataset.Modulus];
        var ablations = new List<FrequencyAblation>();
        foreach (var frequency in frequencies)
        {
            using var step = NewDisposeScope();
            var waves = Frequencies.Waves(arange(dataset.Modulus, dtype: int64), dataset.Modulus, [frequency]);
            var whole = numbers.clone();
            numbers.sub_(waves.t().matmul(waves.matmul(whole)));
            var logits = DoublePrecision.LogitsOf(copy, dataset);
            ablations.Add(new FrequencyAblation(frequency, LogitEvaluation.Of(logits, dataset, indices)));
            numbers.copy_(whole);
        }

        return ablations;
    }
}
