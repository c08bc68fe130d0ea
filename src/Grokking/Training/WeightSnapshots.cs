using System.Collections;
using Grokking.Models;
using static TorchSharp.torch;

namespace Grokking.Training;

/// <summary>Copies of a network's weights, kept when a schedule says so.</summary>
public sealed class WeightSnapshots : IReadOnlyList<WeightSnapshot>
{
    private readonly EquationModel _model;
    private readonly SnapshotSchedule _schedule;
    private readonly List<WeightSnapshot> _snapshots = [];
    private Tensor? _previous;

    /// <summary>The copies of a network that has not been trained yet.</summary>
    public WeightSnapshots(EquationModel model, SnapshotSchedule schedule)
    {
        _model = model;
        _schedule = schedule;
        KeepIfDue(0);
    }

    /// <summary>The copies so far.</summary>
    public int Count => _snapshots.Count;

    /// <summary>A copy, from 0 on.</summary>
    public WeightSnapshot this[int index] => _snapshots[index];

    /// <summary>Keeps a copy of the weights, after so many epochs, if the schedule has it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A copy of later is there: the copies are another run's.</exception>
    public void KeepIfDue(int epochs)
    {
        if (Count > 0 && epochs <= _snapshots[^1].Epochs)
        {
            if (epochs == _snapshots[^1].Epochs)
            {
                return;
            }

            throw new ArgumentOutOfRangeException(
                nameof(epochs), FormattableString.Invariant($"There is a copy after {_snapshots[^1].Epochs:N0} epochs already, and this is after {epochs:N0}; a run that begins anew needs new WeightSnapshots."));
        }

        if (_schedule.Contains(epochs))
        {
            _snapshots.Add(new WeightSnapshot(epochs, _model.Copy(), Distance()));
        }

        _previous?.Dispose();
        _previous = _schedule.Contains(epochs + 1) ? Weights() : null;
    }

    /// <summary>How many there are, and of when.</summary>
    public override string ToString() => Count == 0 ? "no copies yet" : FormattableString.Invariant($"{Count} copies, after {_snapshots[0].Epochs:N0} to {_snapshots[^1].Epochs:N0} epochs");

    /// <inheritdoc/>
    public IEnumerator<WeightSnapshot> GetEnumerator() => _snapshots.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Takes over what another run, or this one before, has kept.</summary>
    internal void Restore(IEnumerable<WeightSnapshot> snapshots, int epochs)
    {
        _snapshots.Clear();
        _snapshots.AddRange(snapshots);
        _previous?.Dispose();
        _previous = _schedule.Contains(epochs + 1) ? Weights() : null;
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
        return nn.utils.parameters_to_vector(_model.parameters()).DetachFromDisposeScope();
    }
}
