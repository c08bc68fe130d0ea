using System.CommandLine;
using System.Diagnostics;
using Grokking.Benchmarks.Measuring;
using Grokking.Runs;
using static Grokking.Benchmarks.FigureTable;

namespace Grokking.Benchmarks.Presets;

/// <summary>
/// <c>search</c>: the settings of the <c>fast</c> preset. The winner of <see cref="Search.Halve"/> climbs to better neighbours; seeds
/// that the search has not seen judge it, one run at a time on all cores.
/// </summary>
internal static class SearchCommand
{
    private const double Limit = 90;

    private static readonly SearchSpace Space = new(
        new RunSettings { Optimizer = new() { LearningRate = 0.003, WeightDecay = 1 } },
        SearchSpace.LearningRates, SearchSpace.WeightDecays, SearchSpace.BatchSizes, SearchSpace.Betas1, SearchSpace.Betas2);

    public static Command Create()
    {
        var candidates = NumberOption.AtLeast(0, "--candidates", 150, "Random points to begin with.");
        var seeds = NumberOption.AtLeast(1, "--seeds", 10, "Seeds that choose the settings, and as many others that judge them.");
        var command = new Command("search", "Searches for the settings that grok soonest, and tries them on fresh seeds.") { candidates, seeds };
        command.SetAction(given => Execute(given.GetRequiredValue(candidates), given.GetRequiredValue(seeds)));
        return command;
    }

    private static void Execute(int candidates, int seeds)
    {
        var clock = Stopwatch.StartNew();
        var search = new Search(Space, Trial.Choosing(seeds), Limit);
        var random = new Random(0);
        var winner = search.Climb(search.Halve([Space.Start, .. Enumerable.Range(0, candidates).Select(_ => Space.Random(random))]));
        var fresh = Trial.OnFreshSeeds(winner, seeds);

        var ranking = search.Ranking.ToList();
        var table = NewTable($"The best of the search, then its start, on the {seeds} seeds of the search", "GFLOP");
        foreach (var (point, trial) in ranking.Take(10).Concat(ranking.Where(tried => tried.Point == Space.Start)))
        {
            AddRow(table, point, trial, trial.Work);
        }

        table.Write();
        var judged = NewTable($"The winner on {seeds} seeds that the search has not seen", "seconds");
        AddRow(judged, winner, fresh, fresh.Seconds);
        judged.Write();
        Console.WriteLine($"The search took {clock.Elapsed.TotalMinutes:F1} minutes, {search.Runs} runs.");
    }

    private static FigureTable NewTable(string title, string cost) =>
        new(title, "lr", "decay", "batch", "β1", "β2", "grok", cost, "worst", "steps", "worst");

    private static void AddRow(FigureTable table, RunSettings settings, Trial trial, Sample cost) => table.Add(
        $"{settings.Optimizer.LearningRate}", $"{settings.Optimizer.WeightDecay}", $"{settings.BatchSize}", $"{settings.Optimizer.Beta1}", $"{settings.Optimizer.Beta2}",
        $"{trial.Count - trial.Failed}/{trial.Count}",
        Figure(cost.Median), Figure(cost.Largest), Figure(trial.Steps.Median), Figure(trial.Steps.Largest));
}
