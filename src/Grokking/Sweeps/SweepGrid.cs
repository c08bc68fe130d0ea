using Grokking.Runs;
using static System.FormattableString;

namespace Grokking.Sweeps;

/// <summary>
/// The runs of a sweep: a run, spread over the values of some settings.
/// <code>
/// var grid = new SweepGrid(new RunSettings())
///     .Over("train_fraction", 0.3, 0.5, 0.8)
///     .Over("weight_decay", 0.1, 1)
///     .Over("seed", 0, 1, 2, 3, 4);
/// </code>
/// </summary>
public sealed class SweepGrid
{
    // A file of so many rows has some gigabytes.
    private const int LargestGrid = 1_000_000;

    /// <summary>A grid of one run, or of several that differ in more than one setting.</summary>
    public SweepGrid(params IReadOnlyList<RunSettings> runs) => Runs = [.. runs.Select(Comparable)];

    /// <summary>The run without its number of threads, which makes no difference to a run; a sweep shares the cores out.</summary>
    internal static RunSettings Comparable(RunSettings run) => run with { Threads = null };

    /// <summary>The runs; the setting that was given last changes fastest.</summary>
    public IReadOnlyList<RunSettings> Runs { get; }

    /// <summary>This grid, every run of it with each of the values.</summary>
    /// <param name="name">A setting's <see cref="Setting.Name"/>, such as <c>weight_decay</c>.</param>
    /// <param name="values">Its values.</param>
    /// <exception cref="ArgumentException">There is no such setting, no value, or one twice, or one that makes no sense.</exception>
    public SweepGrid Over(string name, params IReadOnlyList<double> values) =>
        Over(name, [.. values.Select(value => Invariant($"{value:R}"))]);

    /// <summary>The same with values as text, such as an operation's symbol.</summary>
    /// <exception cref="ArgumentException">There is no such setting, no value, or one twice, or one that makes no sense.</exception>
    public SweepGrid Over(string name, params IReadOnlyList<string> values)
    {
        var setting = Setting.Named(name);
        if (values.Count == 0)
        {
            throw new ArgumentException($"The {setting.Label} has no values to go over; give at least one.");
        }

        if ((long)Runs.Count * values.Count > LargestGrid)
        {
            throw new ArgumentException(Invariant($"The grid has {(long)Runs.Count * values.Count:N0} runs with the {setting.Label}; it can have {LargestGrid:N0}."));
        }

        RunSettings[] runs = [.. from run in Runs from value in values select setting.With(run, value)];
        return runs.Distinct().Count() == runs.Length
            ? new SweepGrid(runs)
            : throw new ArgumentException($"The {setting.Label} goes over {string.Join(", ", values)}; each value has to be given once.");
    }

    /// <summary>Every <paramref name="count"/>-th run, from <paramref name="index"/> on: all shards together are the grid.</summary>
    /// <param name="index">Which shard, from 0 to <paramref name="count"/> − 1.</param>
    /// <param name="count">How many shards there are.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such shard.</exception>
    public IReadOnlyList<RunSettings> Shard(int index, int count) =>
        count >= 1 && index >= 0 && index < count
            ? [.. Runs.Where((_, i) => i % count == index)]
            : throw new ArgumentOutOfRangeException(
                nameof(index),
                count >= 1 ? $"There is no shard {index}/{count}; the shards go from 0/{count} to {count - 1}/{count}." : $"A grid can't have {count} shards; it has to be at least 1.");
}
