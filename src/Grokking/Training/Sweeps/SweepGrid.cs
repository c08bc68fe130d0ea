using Grokking.Training.Runs;
using static System.FormattableString;

namespace Grokking.Training.Sweeps;

/// <summary>
/// The runs of a sweep: a run, spread over the values of some fields.
/// <code>
/// var grid = new SweepGrid(new RunOptions())
///     .Over(SweepField.TrainingFraction, 0.3, 0.5, 0.8)
///     .Over(SweepField.WeightDecay, 0.1, 1)
///     .Over(SweepField.Seed, 0, 1, 2, 3, 4);
/// </code>
/// </summary>
public sealed class SweepGrid
{
    /// <summary>A grid of one cell.</summary>
    public SweepGrid(RunOptions cell) => Cells = [Comparable(cell)];

    private SweepGrid(IReadOnlyList<RunOptions> cells) => Cells = cells;

    /// <summary>The cell without its number of threads, which makes no difference to a run; in a sweep each has one.</summary>
    internal static RunOptions Comparable(RunOptions cell) => cell with { Recipe = cell.Recipe with { Threads = null } };

    /// <summary>The cells; the field that was given last changes fastest.</summary>
    public IReadOnlyList<RunOptions> Cells { get; }

    /// <summary>This grid, every cell of it with each of the values.</summary>
    /// <exception cref="ArgumentException">There is no value, or one twice, or one that makes no sense.</exception>
    public SweepGrid Over(SweepField field, params IReadOnlyList<double> values)
    {
        if (values.Count == 0)
        {
            throw new ArgumentException($"The {field.Label} has no values to go over; give at least one.");
        }

        RunOptions[] cells = [.. from cell in Cells from value in values select field.With(cell, value)];
        return cells.Distinct().Count() == cells.Length
            ? new SweepGrid(cells)
            : throw new ArgumentException($"The {field.Label} goes over {string.Join(", ", values.Select(value => Invariant($"{value}")))}; each value has to be given once.");
    }

    /// <summary>Every <paramref name="count"/>-th cell, from <paramref name="index"/> on: all shards together are the grid.</summary>
    /// <param name="index">Which shard, from 0 to <paramref name="count"/> − 1.</param>
    /// <param name="count">How many shards there are.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such shard.</exception>
    public IReadOnlyList<RunOptions> Shard(int index, int count) =>
        count >= 1 && index >= 0 && index < count
            ? [.. Cells.Where((_, i) => i % count == index)]
            : throw new ArgumentOutOfRangeException(
                nameof(index),
                count >= 1 ? $"There is no shard {index}/{count}; the shards go from 0/{count} to {count - 1}/{count}." : $"A grid can't have {count} shards; it has to be at least 1.");
}
