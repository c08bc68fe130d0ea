using System.CommandLine;
using System.Diagnostics;
using Grokking.Benchmarks.Measuring;
using Grokking.Runtime;
using static Grokking.Benchmarks.FigureTable;

namespace Grokking.Benchmarks.Presets;

/// <summary>
/// <c>search</c>: which settings grok always, and soonest. Random points go through successive halving (the more seeds a
/// point has been tried on, the fewer points are left); the winner climbs to better neighbours. All of that counts
/// arithmetic, not time, with a seed a core. Seeds that the search has not seen judge the winner, one run at a time on all cores.
/// </summary>
internal sealed class SearchCommand
{
    // GFLOP; an epoch of the original's set-up takes 0.9. The search gives up what is slow.
    private const double SearchLimit = 90;

    // On a rung each point has been tried on so large a share of the seeds, and so large a share of the points goes on.
    private static readonly (double Seeds, double Survivors)[] Rungs = [(0.2, 0.25), (0.5, 0.3), (1, 0)];

    private readonly Dictionary<SearchPoint, Trial> _trials = [];
    private readonly int _seeds;

    private SearchCommand(int seeds) => _seeds = seeds < Trial.FirstFreshSeed
        ? seeds
        : throw new RequestException($"--seeds {seeds} has to be below {Trial.FirstFreshSeed}, where the seeds begin that judge.");

    public static Command Create()
    {
        var candidates = NumberOption.AtLeast(0, "--candidates", 150, "Random points to begin with.");
        var seeds = NumberOption.AtLeast(1, "--seeds", 10, "Seeds that choose the settings, and as many others that judge them.");
        var command = new Command("search", "Searches for the settings that grok soonest, and tries them on fresh seeds.") { candidates, seeds };
        command.SetAction(given => new SearchCommand(given.GetRequiredValue(seeds)).Execute(given.GetRequiredValue(candidates)));
        return command;
    }

    private void Execute(int candidates)
    {
        var clock = Stopwatch.StartNew();
        var winner = Climb(Halve(candidates));
        var fresh = Trial.OnFreshSeeds(winner.Settings, _seeds);
        PrintSearch();
        PrintFresh(winner, fresh);
        Console.WriteLine($"The search took {clock.Elapsed.TotalMinutes:F1} minutes, {_trials.Values.Sum(trial => trial.Count)} runs.");
    }

    private SearchPoint Halve(int candidates)
    {
        var random = new Random(0);
        List<SearchPoint> points = [SearchPoint.Start, .. Enumerable.Range(0, candidates).Select(_ => SearchPoint.Random(random))];
        points = [.. points.Distinct()];
        foreach (var (share, survivors) in Rungs)
        {
            var seeds = (int)Math.Ceiling(share * _seeds);
            foreach (var point in points)
            {
                Try(point, seeds);
            }

            points = [.. Ranked(points)];
            Console.WriteLine($"points: {points.Count}, seeds: {seeds}, best: {Say(points[0])}");
            points = points[..Math.Max(1, (int)(survivors * points.Count))];
        }

        return points[0];
    }

    private SearchPoint Climb(SearchPoint point)
    {
        while (true)
        {
            SearchPoint[] around = [point, .. point.Neighbours()];
            foreach (var neighbour in around)
            {
                Try(neighbour, _seeds);
            }

            var best = Ranked(around).First();
            if (best == point)
            {
                return point;
            }

            point = best;
            Console.WriteLine($"better: {Say(point)}");
        }
    }

    private void Try(SearchPoint point, int seeds)
    {
        _trials.TryAdd(point, new Trial(point.Settings with { Threads = 1 }));
        var trial = _trials[point];
        Parallel.For(
            trial.Count, Math.Max(trial.Count, seeds), new ParallelOptions { MaxDegreeOfParallelism = PhysicalCores.Count },
            seed => trial.Run(seed, SearchLimit));
    }

    private IEnumerable<SearchPoint> Ranked(IEnumerable<SearchPoint> points) =>
        points.OrderBy(point => _trials[point].Failed).ThenBy(point => _trials[point].Work.Median);

    private string Say(SearchPoint point) =>
        $"{point}: median {Figure(_trials[point].Work.Median)} GFLOP, worst {Figure(_trials[point].Work.Largest)}";

    private void PrintSearch()
    {
        var table = NewTable($"The best of the search, then its start, on the {_seeds} seeds of the search", "GFLOP");
        var tried = _trials.Keys.Where(point => _trials[point].Count == _seeds);
        foreach (var point in Ranked(tried).Take(10).Append(SearchPoint.Start))
        {
            AddRow(table, point, _trials[point], _trials[point].Work);
        }

        table.Write();
    }

    private void PrintFresh(SearchPoint winner, Trial fresh)
    {
        var table = NewTable($"The winner on {_seeds} seeds that the search has not seen", "seconds");
        AddRow(table, winner, fresh, fresh.Seconds);
        table.Write();
    }

    private static FigureTable NewTable(string title, string cost) =>
        new(title, "lr", "decay", "batch", "β1", "β2", "grok", cost, "worst", "steps", "worst");

    private static void AddRow(FigureTable table, SearchPoint point, Trial trial, Sample cost)
    {
        var settings = point.Settings;
        table.Add(
            $"{settings.Optimizer.LearningRate}", $"{settings.Optimizer.WeightDecay}", $"{settings.BatchSize}", $"{settings.Optimizer.Beta1}", $"{settings.Optimizer.Beta2}",
            $"{trial.Count - trial.Failed}/{trial.Count}",
            Figure(cost.Median), Figure(cost.Largest), Figure(trial.Steps.Median), Figure(trial.Steps.Largest));
    }
}
