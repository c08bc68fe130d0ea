using Grokking.Models;
using static TorchSharp.torch;

namespace Grokking.Training;

/// <summary>Copies a network's weights when a schedule says so.</summary>
internal sealed class SnapshotKeeper(GrokkingMlp model, SnapshotSchedule schedule)
{
    private readonly List<WeightSnapshot> _snapshots = [];
    private Tensor? _previous;

    public IReadOnlyList<WeightSnapshot> Snapshots => _snapshots;

    /// <summary>Looks at the weights after so many epochs.</summary>
    public void Look(int epochs)
    {
        if (schedule.Contains(epochs))
        {
            _snapshots.Add(new WeightSnapshot(epochs, model.Copy(), Distance()));
        }

        _previous?.Dispose();
        _previous = schedule.Contains(epochs + 1) ? Weights() : null;
    }

    /// <summary>How far the weights are from where they were an epoch ago.</summary>
    private double Distance()
    {
        using var scope = NewDisposeScope();
        return _previous is null ? 0 : (Weights() - _previous).norm().item<float>();
    }

    // A tensor of its own: the weights' memory is what training writes to.
    private Tensor Weights()
    {
        using var withoutGradients = no_grad();
        return nn.utils.parameters_to_vector(model.parameters()).DetachFromDisposeScope();
    }
}
