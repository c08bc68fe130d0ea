using System.ComponentModel;
using System.Diagnostics;
using Grokking.Benchmarks.Measuring;
using Grokking.Benchmarks.Runs;
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
    private const int SearchSeeds = 10;
    private const int FirstFreshSeed = 1000;

    // GFLOP; an epoch of the seed's set-up takes 0.9. A search gives up what is slow; the judgement waits for it.
    private const double SearchLimit = 90;
    private const double FreshLimit = 2000;

    // After a rung each surviving recipe has been tried on so many seeds, and so many recipes survive.
    private static readonly (int Seeds, double Survivors)[] Rungs = [(2, 0.25), (5, 0.3), (SearchSeeds, 0)];

    private readonly Dictionary<Recipe, Trial> _trials = [];

    internal sealed class Settings : CommandSettings
    {
        [CommandOption("--candidates <N>")]
        [Description("Random recipes to begin with.")]
        [DefaultValue(150)]
        public int Candidates { get; init; }

        public override ValidationResult Validate() =>
            Candidates >= 0 ? ValidationResult.Success() : ValidationResult.Error($"--candidates {Candidates} has to be at least 0.");
    }

    public override int Execute(CommandContext context, Settings settings, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        // The first runs pay for compilation.
        new Trial(Recipe.Start.Options).Run(SeedOf(FirstFreshSeed - 1), SearchLimit);

        var winner = Climb(Halve(settings.Candidates));
        var fresh = new Trial(winner.Options);
        for (var seed = FirstFreshSeed; seed < FirstFreshSeed + SearchSeeds; seed++)
        {
            fresh.Run(SeedOf(seed), FreshLimit);
        }

        PrintSearch();
        PrintFresh(winner, fresh);
        Console.WriteLine($"The search took {clock.Elapsed.TotalMinutes:F1} minutes, {_trials.Values.Sum(trial => trial.Count)} runs.");
        return 0;
    }

    private static RunSeed SeedOf(int seed) => new(seed, (ulong)seed);

    private Recipe Halve(int candidates)
    {
        var random = new Random(0);
        List<Recipe> recipes = [Recipe.Start, .. Enumerable.Range(0, candidates).Select(_ => Recipe.Random(random))];
        recipes = [.. recipes.Distinct()];
        foreach (var (seeds, survivors) in Rungs)
        {
            foreach (var recipe in recipes)
            {
                Try(recipe, seeds);
            }

            recipes = [.. Ranked(recipes)];
            Console.WriteLine($"{recipes.Count} recipes on {seeds} seeds; best: {Say(recipes[0])}");
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
                Try(neighbour, SearchSeeds);
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
        _trials.TryAdd(recipe, new Trial(recipe.Options with { Threads = 1 }));
        var trial = _trials[recipe];
        Parallel.For(
            trial.Count, Math.Max(trial.Count, seeds), new ParallelOptions { MaxDegreeOfParallelism = PhysicalCores.Count },
            seed => trial.Run(SeedOf(seed), SearchLimit));
    }

    private IEnumerable<Recipe> Ranked(IEnumerable<Recipe> recipes) =>
        recipes.OrderBy(recipe => _trials[recipe].Failed).ThenBy(recipe => _trials[recipe].Work.Median);

    private string Say(Recipe recipe) => $"{recipe}: median {_trials[recipe].Work.Median:F1} GFLOP, worst {_trials[recipe].Work.Largest:F1}";

    private void PrintSearch()
    {
        var table = new FigureTable(
            $"The best of the search, and its start, on the {SearchSeeds} seeds of the search",
            "recipe", "grokked", "median GFLOP", "worst GFLOP", "median steps", "worst steps");
        foreach (var recipe in Ranked(_trials.Keys.Where(recipe => _trials[recipe].Count == SearchSeeds)).Take(10).Append(Recipe.Start))
        {
            AddRow(table, recipe, _trials[recipe], _trials[recipe].Work);
        }

        table.Write();
    }

    private static void PrintFresh(Recipe winner, Trial fresh)
    {
        var table = new FigureTable(
            $"The winner on {SearchSeeds} seeds that the search has not seen",
            "recipe", "grokked", "median s", "worst s", "median steps", "worst steps");
        AddRow(table, winner, fresh, fresh.Seconds);
        table.Write();
    }

    private static void AddRow(FigureTable table, Recipe recipe, Trial trial, Sample cost) => table.Add(
        $"{recipe}", $"{trial.Count - trial.Failed} of {trial.Count}",
        Figure(cost.Median), Figure(cost.Largest), Figure(trial.Steps.Median), Figure(trial.Steps.Largest));
}
