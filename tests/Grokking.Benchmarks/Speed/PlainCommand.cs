using System.CommandLine;
using System.Diagnostics;
using Grokking.Benchmarks.Measuring;
using Grokking.Benchmarks.Runs;
using Grokking.Data;
using Grokking.Models;
using Grokking.Runs;
using Grokking.Runtime;
using Grokking.Tests.Training;
using TorchSharp;
using static Grokking.Benchmarks.FigureTable;

namespace Grokking.Benchmarks.Speed;

/// <summary><c>plain</c>: the table of <c>docs/speed.md</c>: the plainest loop, autograd and the fused engine.</summary>
internal static class PlainCommand
{
    public static Command Create()
    {
        var count = NumberOption.AtLeast(1, "--rounds", 9, "How often each has its turn; the medians are over these.");
        var command = new Command("plain", "The plainest loop in C#, autograd and the fused engine: the table of docs/speed.md.") { count };
        command.SetAction(given => Execute(given.GetRequiredValue(count)));
        return command;
    }

    private static void Execute(int count)
    {
        var all = PhysicalCores.Count;
        using var peak = new FmaPeak(1);
        using var plain = new PlainRun();
        using var autograd = TimedRun.Autograd(new() { Threads = all }, new RunSeed(0));
        using var one = TimedRun.Fused(new() { Threads = 1 }, new RunSeed(0));
        using var fused = TimedRun.Fused(new() { Threads = all }, new RunSeed(0));
        var times = new Rounds(count, 0.25).Measure([peak, plain, autograd, one, fused]);
        var flop = EpochProducts.Of(one.Order, one.Model).Sum(product => product.Flop);
        var floor = times[peak].Select(time => flop * time / peak.Flop);
        var (first, second, third) = (EngineSource.All[0], EngineSource.All[1], EngineSource.All[2]);
        Console.WriteLine("| | ms an epoch | ÷ floor of one core | lines |");
        Console.WriteLine("|---|---|---|---|");
        Print("the floor: its matrix products at one core’s peak", floor, "");
        Print($"{first.Name}, 1 thread", times[plain], Lines(first));
        Print($"{second.Name}, {Threads(all)}", times[autograd], Lines(second));
        Print($"{third.Name}, 1 thread", times[one], Lines(third));
        Print($"{third.Name}, {Threads(all)}", times[fused], Lines(third));

        void Print(string name, Sample seconds, string lines) =>
            Console.WriteLine($"| {name} | {Figure(1000 * seconds.Median)} | {Figure((seconds / floor).Median)} | {lines} |");
    }

    private static string Lines(EngineSource source)
    {
        var folder = AppContext.BaseDirectory;
        return $"{source.Lines(folder[..folder.LastIndexOf($"{Path.DirectorySeparatorChar}tests{Path.DirectorySeparatorChar}", StringComparison.Ordinal)]):N0}";
    }

    /// <summary>An epoch of the plain loop, training and validation.</summary>
    private sealed class PlainRun : IContender
    {
        private readonly EquationDataset _dataset = new(97, Operation.Add);
        private readonly torch.Generator _generator = new(21);
        private readonly BatchOrder _order;
        private readonly PlainMlp _mlp;

        public PlainRun()
        {
            _order = new BatchOrder(DatasetSplit.ByFraction(_dataset, 0.8, _generator), 512, _generator);
            using var model = GrokkingMlp.FromSeed(0);
            _mlp = new PlainMlp(model, _dataset, RunSettings.Original.Optimizer);
        }

        public int Threads => 1;

        public double Seconds(int times)
        {
            var clock = Stopwatch.StartNew();
            for (var time = 0; time < times; time++)
            {
                foreach (var batch in _order.Training)
                {
                    _mlp.Batch(batch, train: true);
                }

                foreach (var batch in _order.Validation)
                {
                    _mlp.Batch(batch, train: false);
                }
            }

            return clock.Elapsed.TotalSeconds;
        }

        public void Dispose()
        {
            _generator.Dispose();
            _dataset.Dispose();
        }
    }
}
