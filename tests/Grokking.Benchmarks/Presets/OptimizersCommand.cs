using System.CommandLine;
using System.Diagnostics;
using Grokking.Benchmarks.Measuring;
using Grokking.Runs;
using static Grokking.Benchmarks.FigureTable;

namespace Grokking.Benchmarks.Presets;

/// <summary>
/// <c>optimizers</c>: what makes the MLP grok sooner, each tuned by the same search, all with batches of 512, and judged on seeds that
/// no search has seen. A search tries as many points anywhere as around the best of them; where AdamW's ended is a point of all others'. Steps are counted with a seed a core; a step is timed on one thread, round
/// by round in turns.
/// </summary>
internal static class OptimizersCommand
{
    // GFLOP of a search's run: some 500 steps.
    private const double SearchLimit = 30;

    // Of a run that judges: 9,000 epochs of the original's settings.
    private const long OriginalSteps = 135_000;
    private const long Steps = 2_500;

    public static Command Create()
    {
        var candidates = NumberOption.AtLeast(0, "--candidates", 32, "Points that each search tries anywhere, and as many around the best of them.");
        var seeds = NumberOption.AtLeast(1, "--seeds", 5, "Seeds that choose the settings.");
        var fresh = NumberOption.AtLeast(1, "--fresh", 10, "Seeds that judge them.");
        var command = new Command("optimizers", "Compares optimisers, each tuned by the same search, on fresh seeds.") { candidates, seeds, fresh };
        command.SetAction(given => Execute(given.GetRequiredValue(candidates), Trial.Choosing(given.GetRequiredValue(seeds)), given.GetRequiredValue(fresh)));
        return command;
    }

    private static void Execute(int candidates, int seeds, int fresh)
    {
        var clock = Stopwatch.StartNew();
        List<(string Name, RunSettings Settings, string Words)> rows = [];
        foreach (var contestant in Contestant.Tuned)
        {
            Console.WriteLine(contestant.Name);
            var space = new SearchSpace(contestant.Settings, contestant.Scales);
            var search = new Search(space, seeds, SearchLimit);
            var random = new Random(0);
            var winner = search.Halve([space.Start, .. rows.Take(1).Select(row => space.Like(row.Settings)), .. Points(() => space.Random(random))]);
            winner = search.Halve([winner, .. Points(() => space.Around(winner, random))]);
            rows.Add((contestant.Name, winner, space.Describe(winner)));
            Console.WriteLine($"  {search.Runs} runs, {clock.Elapsed.TotalMinutes:F1} minutes since the beginning");
        }

        rows.AddRange(Contestant.Published.Select(contestant => (contestant.Name, contestant.Settings, "")));
        IEnumerable<RunSettings> Points(Func<RunSettings> draw) => Enumerable.Range(0, candidates).Select(_ => draw());
        var trials = rows.ConvertAll(row => new Trial(row.Settings with { Threads = 1 }));
        foreach (var (row, trial) in rows.Zip(trials))
        {
            Trial.RunSideBySide(
                Enumerable.Range(Trial.FirstFreshSeed, fresh).Select(seed => (trial, seed)), done => done.Steps >= (row.Settings == RunSettings.Original ? OriginalSteps : Steps));
            Console.WriteLine($"{row.Name}: {trial.Count - trial.Failed} of {trial.Count}, {clock.Elapsed.TotalMinutes:F1} minutes since the beginning");
        }

        var times = StepTimes([.. rows.Select(row => row.Settings)]);
        Console.WriteLine();
        Console.WriteLine("| optimiser | grok | steps | range | epochs | delay, steps | ms a step | seconds |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var ((name, _, _), trial, time) in rows.Zip(trials, times))
        {
            var steps = trial.Steps;
            Console.WriteLine(
                $"| {name} | {trial.Count - trial.Failed} of {trial.Count} | {Figure(steps.Median)} | {(trial.Failed == trial.Count ? "" : $"{Figure(steps.Values.Min())}–{Figure(steps.Largest)}")} "
                + $"| {Figure(trial.Epochs.Median)} | {Figure(trial.Delays.Median)} | {Figure(1000 * time)} | {Figure(steps.Median * time)} |");
        }

        Console.WriteLine();
        foreach (var (name, _, words) in rows.Where(row => row.Words.Length > 0))
        {
            Console.WriteLine($"- {name}: {words}");
        }

        Console.WriteLine($"All of it: {clock.Elapsed.TotalMinutes:F1} minutes.");
    }

    /// <summary>Seconds a step, validation among them, by autograd on one thread; the median of rounds in which each has its turn.</summary>
    private static IEnumerable<double> StepTimes(IReadOnlyList<RunSettings> settings)
    {
        List<TimedEpochs> contenders = [.. settings.Select(run => new TimedEpochs(run))];
        var samples = new Rounds(5, 0.3).Measure(contenders);
        foreach (var contender in contenders)
        {
            yield return samples[contender].Median / contender.Steps;
            contender.Dispose();
        }
    }

    private sealed class TimedEpochs(RunSettings settings) : IContender
    {
        private readonly TrainingRun _run = new(settings with { Engine = EngineKind.Autograd, Threads = 1, Epochs = int.MaxValue });

        public int Threads => 1;

        public int Steps => _run.Order.Training.Count;

        public double Seconds(int times)
        {
            var clock = Stopwatch.StartNew();
            for (var i = 0; i < times; i++)
            {
                using var stop = new Sweeps.StopWhen(_ => true);
                _run.Train(stop, stop.Token);
            }

            return clock.Elapsed.TotalSeconds;
        }

        public void Dispose() => _run.Dispose();
    }
}
