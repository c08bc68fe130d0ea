using Grokking.Runs;
using static Grokking.Benchmarks.FigureTable;

namespace Grokking.Benchmarks.Presets;

/// <summary>
/// Which settings grok always, and soonest. Points go through successive halving: the more seeds a point has been tried
/// on, the fewer points are left. That counts arithmetic, not time, with a seed a core.
/// </summary>
/// <param name="space">The settings.</param>
/// <param name="seeds">Seeds that choose.</param>
/// <param name="limit">GFLOP; an epoch of the original's set-up takes 0.9. What is slower has failed.</param>
internal sealed class Search(SearchSpace space, int seeds, double limit)
{
    // On a rung each point has been tried on so large a share of the seeds, and so large a share of the points goes on.
    private static readonly (double Seeds, double Survivors)[] Rungs = [(0.2, 0.25), (0.5, 0.3), (1, 0)];

    private readonly Dictionary<RunSettings, Trial> _trials = [];

    /// <summary>Runs so far.</summary>
    public int Runs => _trials.Values.Sum(trial => trial.Count);

    /// <summary>The points that all seeds have been tried on, the best first.</summary>
    public IEnumerable<(RunSettings Point, Trial Trial)> Ranking =>
        Ranked(_trials.Keys.Where(point => _trials[point].Count == seeds)).Select(point => (point, _trials[point]));

    /// <summary>The best of some points.</summary>
    public RunSettings Halve(IEnumerable<RunSettings> candidates)
    {
        List<RunSettings> points = [.. candidates.Distinct()];
        foreach (var (share, survivors) in Rungs)
        {
            var tried = (int)Math.Ceiling(share * seeds);
            Try(points, tried);
            points = [.. Ranked(points)];
            Console.WriteLine($"points: {points.Count}, seeds: {tried}, best: {Say(points[0])}");
            points = points[..Math.Max(1, (int)(survivors * points.Count))];
        }

        return points[0];
    }

    /// <summary>From a point to better neighbours, until there is none.</summary>
    public RunSettings Climb(RunSettings point)
    {
        while (true)
        {
            RunSettings[] around = [point, .. space.Neighbours(point)];
            Try(around, seeds);
            var best = Ranked(around).First();
            if (best == point)
            {
                return point;
            }

            point = best;
            Console.WriteLine($"better: {Say(point)}");
        }
    }

    private void Try(IEnumerable<RunSettings> points, int count)
    {
        foreach (var point in points)
        {
            _trials.TryAdd(point, new Trial(point with { Threads = 1 }));
        }

        Trial.RunSideBySide(from point in points from seed in Enumerable.Range(0, count) select (_trials[point], seed), done => done.Work >= limit);
    }

    private IEnumerable<RunSettings> Ranked(IEnumerable<RunSettings> points) =>
        points.OrderBy(point => _trials[point].Failed).ThenBy(point => _trials[point].Work.Median);

    private string Say(RunSettings point) =>
        $"{space.Describe(point)}: median {Figure(_trials[point].Work.Median)} GFLOP, worst {Figure(_trials[point].Work.Largest)}";
}
