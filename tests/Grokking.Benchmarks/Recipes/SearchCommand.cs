using System.ComponentModel;
using System.Diagnostics;
using Grokking.Benchmarks.Measuring;
using Grokking.Runtime;
using Spectre.Console;
using Spectre.Console.Cli;
using static Grokking.Benchmarks.FigureTable;

namespace Grokking.Benchmarks.Recipes;

/// <summary>
/// <c>search</c>: which recipe groks always, and soonest. Random recipes go through successive halving (the more seeds a
/// recipe has been tried on, the fewer recipes are left); the winner climbs to better neighbours. All of that counts
/// arithmetic, not time, with a seed a core. Seeds that the search has not seen judge the winner, one run at a time on all cores.
/// </summary>
internal sealed class SearchCommand : Command<SearchCommand.Settings>
{
    // GFLOP; an epoch of the seed's set-up takes 0.9. The search gives up what is slow.
    private const double SearchLimit = 90;

    // On a rung each recipe has been tried on so large a share of the seeds, and so large a share of the recipes goes on.
    private static readonly (double Seeds, double Survivors)[] Rungs = [(0.2, 0.25), (0.5, 0.3), (1, 0)];

    private readonly Dictionary<Recipe, Trial> _trials = [];
    private int _seeds;

    internal sealed class Settings : CommandSettings
    {
        [CommandOption("--candidates <N>")]
        [Description("Random recipes to begin with.")]
        [DefaultValue(150)]
        public int Candidates { get; init; }

        [CommandOption("--seeds <N>")]
        [Description("Seeds that choose a recipe, and as many others that judge it.")]
        [DefaultValue(10)]
        public int Seeds { get; init; }

        public override ValidationResult Validate() =>
            Candidates >= 0 && Seeds is >= 1 and < Trial.FirstFreshSeed
                ? ValidationResult.Success()
                : ValidationResult.Error(
                    $"--candidates {Candidates} has to be at least 0, and --seeds {Seeds} above 0 and below {Trial.FirstFreshSeed}.");
    }

    public override int Execute(CommandContext context, Settings settings, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        _seeds = settings.Seeds;
        var winner = Climb(Halve(settings.Candidates));
        var fresh = Trial.OnFreshSeeds(winner.Settings, _seeds);
        PrintSearch();
        PrintFresh(winner, fresh);
        Console.WriteLine($"The search took {clock.Elapsed.TotalMinutes:F1} minutes, {_trials.Values.Sum(trial => trial.Count)} runs.");
        return 0;
    }

    private Recipe Halve(int candidates)
    {
        var random = new Random(0);
        List<Recipe> recipes = [Recipe.Start, .. Enumerable.Range(0, candidates).Select(_ => Recipe.Random(random))];
        recipes = [.. recipes.Distinct()];
        foreach (var (share, survivors) in Rungs)
        {
            var seeds = (int)Math.Ceiling(share * _seeds);
            foreach (var recipe in recipes)
            {
                Try(recipe, seeds);
            }

            recipes = [.. Ranked(recipes)];
            Console.WriteLine($"recipes: {recipes.Count}, seeds: {seeds}, best: {Say(recipes[0])}");
            recipes = recipes[..Math.Max(1, (int)(survivors * recipes.Count))];
        }

        return recipes[0];
    }

    private Recipe Climb(Recipe recipe)
    {
        while (true)
        {
            Recipe[] around = [recipe, .. recipe.Neighbours()];
            foreach (var neighbour in around)
            {
                Try(neighbour, _seeds);
            }

            var best = Ranked(around).First();
            if (best == recipe)
            {
                return recipe;
            }

            recipe = best;
            Console.WriteLine($"better: {Say(recipe)}");
        }
    }

    private void Try(Recipe recipe, int seeds)
    {
        _trials.TryAdd(recipe, new Trial(recipe.Settings with { Threads = 1 }));
        var trial = _trials[recipe];
        Parallel.For(
            trial.Count, Math.Max(trial.Count, seeds), new ParallelOptions { MaxDegreeOfParallelism = PhysicalCores.Count },
            seed => trial.Run(seed, SearchLimit));
    }

    private IEnumerable<Recipe> Ranked(IEnumerable<Recipe> recipes) =>
        recipes.OrderBy(recipe => _trials[recipe].Failed).ThenBy(recipe => _trials[recipe].Work.Median);

    private string Say(Recipe recipe) =>
        $"{recipe}: median {Figure(_trials[recipe].Work.Median)} GFLOP, worst {Figure(_trials[recipe].Work.Largest)}";

    private void PrintSearch()
    {
        var table = NewTable($"The best of the search, then its start, on the {_seeds} seeds of the search", "GFLOP");
        var tried = _trials.Keys.Where(recipe => _trials[recipe].Count == _seeds);
        foreach (var recipe in Ranked(tried).Take(10).Append(Recipe.Start))
        {
            AddRow(table, recipe, _trials[recipe], _trials[recipe].Work);
        }

        table.Write();
    }

    private void PrintFresh(Recipe winner, Trial fresh)
    {
        var table = NewTable($"The winner on {_seeds} seeds that the search has not seen", "seconds");
        AddRow(table, winner, fresh, fresh.Seconds);
        table.Write();
    }

    private static FigureTable NewTable(string title, string cost) =>
        new(title, "lr", "decay", "batch", "β1", "β2", "grok", cost, "worst", "steps", "worst");

    private static void AddRow(FigureTable table, Recipe recipe, Trial trial, Sample cost)
    {
        var settings = recipe.Settings;
        table.Add(
            $"{settings.Optimizer.LearningRate}", $"{settings.Optimizer.WeightDecay}", $"{settings.BatchSize}", $"{settings.Optimizer.Beta1}", $"{settings.Optimizer.Beta2}",
            $"{trial.Count - trial.Failed}/{trial.Count}",
            Figure(cost.Median), Figure(cost.Largest), Figure(trial.Steps.Median), Figure(trial.Steps.Largest));
    }
}
