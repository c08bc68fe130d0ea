using Grokking.Analysis;
using Grokking.Data;
using Grokking.Models;
using Grokking.Training;
using static TorchSharp.torch;

namespace Grokking.Tests.Analysis;

public sealed class NeuronPhasesTests
{
    private const double Turn = 2 * Math.PI;

    [Theory]
    [InlineData("+", 1)]
    [InlineData("-", -1)]
    public void A_network_that_is_written_down_has_the_phases_it_was_given(string operation, int sign)
    {
        using var dataset = new EquationDataset(31, Operation.Parse(operation));
        using var model = CircuitNetwork.Of(dataset, [2, 9], sign: sign);
        var neurons = NeuronPhases.Of(model, dataset);
        Assert.Equal(2 * CircuitNetwork.Phases * CircuitNetwork.Phases, neurons.Count);
        Assert.All(neurons, neuron =>
        {
            var place = neuron.Neuron % (CircuitNetwork.Phases * CircuitNetwork.Phases);
            var (phi, psi) = (Turn * (place / CircuitNetwork.Phases) / CircuitNetwork.Phases, Turn * (place % CircuitNetwork.Phases) / CircuitNetwork.Phases);
            AssertSameAngle(phi, neuron.PhaseA);
            // A wave cos(-wb + ψ) of b is one of the phase -ψ: of a - b, φ_out is φ_a - φ_b.
            AssertSameAngle(sign * psi, neuron.PhaseB);
            AssertSameAngle(phi + psi, neuron.PhaseOut);
            AssertSameAngle(phi + (sign * psi), neuron.Sum);
            Assert.Equal(1, neuron.Amplitudes.A, 1e-6);
        });
        if (sign == 1)
        {
            Assert.Equal(0, NeuronPhases.CircularVariance(neurons), 1e-9);
        }
    }

    [Fact]
    public void Phases_alone_answer_everything_and_shuffled_ones_next_to_nothing()
    {
        using var dataset = new EquationDataset(31, Operation.Add);
        using var model = CircuitNetwork.Of(dataset, [2, 9]);
        NeuronPhases[] neurons = [.. NeuronPhases.Of(model, dataset).Select(neuron => neuron with { Amplitudes = (1, 1, 1) })];
        Assert.Equal(100, Accuracy(neurons, dataset));
        using var square = IdealisedNetwork.Of(neurons, dataset, squareInputs: true);
        using var size = square.HiddenLayer.weight!.abs();
        Assert.All(size.data<float>().ToArray(), weight => Assert.True(weight is 0 or 1));
        foreach (var withinFrequency in new[] { true, false })
        {
            var shuffled = NeuronPhases.ShufflePhaseOut(neurons, new Random(1), withinFrequency);
            Assert.Equal(neurons.Select(neuron => neuron.PhaseOut).Order(), shuffled.Select(neuron => neuron.PhaseOut).Order());
            Assert.Equal(neurons.Select(neuron => (neuron.Neuron, neuron.Frequency, neuron.PhaseA)), shuffled.Select(neuron => (neuron.Neuron, neuron.Frequency, neuron.PhaseA)));
            Assert.InRange(NeuronPhases.CircularVariance(shuffled), 0.7, 1);
            Assert.InRange(Accuracy(shuffled, dataset), 0, 25);
        }
    }

    [Fact]
    public void An_idealised_network_has_the_phases_and_amplitudes_it_is_made_of()
    {
        using var dataset = new EquationDataset(31, Operation.Add);
        NeuronPhases[] neurons =
        [
            new(0, 3, 0.5, -1, 2) { Amplitudes = (1, 1.5, 0.7) },
            new(1, 7, -3, 0.2, 1) { Amplitudes = (2, 1.5, 0.7) },
        ];
        using var network = IdealisedNetwork.Of(neurons, dataset);
        Assert.All(neurons.Zip(NeuronPhases.Of(network, dataset)), pair =>
        {
            Assert.Equal((pair.First.Neuron, pair.First.Frequency), (pair.Second.Neuron, pair.Second.Frequency));
            AssertSameAngle(pair.First.Error, pair.Second.Error);
            Assert.Equal(pair.First.Amplitudes.A, pair.Second.Amplitudes.A, 1e-6);
            Assert.Equal(pair.First.Amplitudes.Out, pair.Second.Amplitudes.Out, 1e-6);
        });
    }

    [Fact]
    public void A_dead_neuron_has_no_phases_and_no_neurons_make_no_network()
    {
        using var dataset = new EquationDataset(7, Operation.Add);
        using var model = new GrokkingMlp(9, 8, 4);
        using (no_grad())
        {
            model.HiddenLayer.bias![1] = -1000;
        }

        Assert.DoesNotContain(1, NeuronPhases.Of(model, dataset).Select(neuron => neuron.Neuron));
        Assert.Equal(1, NeuronPhases.CircularVariance([]));
        Assert.Contains("There are no neurons", Assert.Throws<ArgumentException>(() => IdealisedNetwork.Of([], dataset)).Message);
    }

    private static double Accuracy(IReadOnlyList<NeuronPhases> neurons, EquationDataset dataset)
    {
        using var network = IdealisedNetwork.Of(neurons, dataset);
        return Evaluation.Of(network, dataset, [.. Enumerable.Range(0, dataset.Count).Select(i => (long)i)]).Accuracy;
    }

    private static void AssertSameAngle(double expected, double actual) => Assert.Equal(0, Math.IEEERemainder(expected - actual, Turn), 1e-6);
}
