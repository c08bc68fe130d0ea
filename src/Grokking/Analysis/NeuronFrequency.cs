namespace Grokking.Analysis;

/// <summary>The frequency that a neuron follows over the a × b grid.</summary>
/// <param name="Neuron">The neuron's index.</param>
/// <param name="Frequency">Its strongest frequency, from 1 to (p − 1)/2; 0 for a neuron that is constant or all but dead (see <see cref="GridSpectrum.Dominant"/>).</param>
/// <param name="Share">The share, from 0 to 1, of the power around the mean that is of this frequency alone.</param>
public readonly record struct NeuronFrequency(int Neuron, int Frequency, double Share);
