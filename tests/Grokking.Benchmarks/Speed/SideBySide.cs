using System.Runtime.InteropServices;
using Grokking.Benchmarks.Measuring;
using Grokking.Benchmarks.Runs;
using Grokking.Runtime;
using static Grokking.Benchmarks.FigureTable;

namespace Grokking.Benchmarks.Speed;

/// <summary>An epoch of the seed notebook in the fused engine, in autograd and in PyTorch, and the floor below all of them.</summary>
internal static class SideBySide
{
    public static void Print(Rounds rounds)
    {
        var cores = PhysicalCores.Count;
        int[] oneAndAll = cores == 1 ? [1] : [1, cores];
        int[] oneToAll = [.. Enumerable.Range(1, cores)];
        var python = PyTorchRun.FindPython();

        FmaPeak[] peaks = [.. oneAndAll.Select(threads => new FmaPeak(threads))];
        TrainingRun[] fused = [.. oneAndAll.Select(threads => TrainingRun.Fused(new() { Threads = threads }, new RunSeed(0)))];
        TrainingRun[] autograd = [.. oneToAll.Select(threads => TrainingRun.Autograd(new() { Threads = threads }, new RunSeed(0)))];
        PyTorchRun[] pyTorch = python is null ? [] : [.. oneToAll.Select(threads => new PyTorchRun(python, threads))];
        IContender[] contenders = [.. peaks, .. fused, .. autograd, .. pyTorch];

        Console.WriteLine($"{cores} cores, {FmaPeak.VectorBits}-bit vectors, {RuntimeInformation.FrameworkDescription}.");
        var flop = PrintProducts(EpochProducts.Of(fused[0].Order, fused[0].Model));
        Console.WriteLine($"Measuring {contenders.Length} contenders in {rounds.Count} rounds of {rounds.Seconds} s each …");
        var seconds = rounds.Measure(contenders);
        var floors = peaks.Select(peak => seconds[peak].Select(time => flop / (peak.Flop / time))).ToArray();

        var peakTable = new FigureTable("Peak: fused multiply-adds on registers alone", "", "GFLOP/s", "middle half of the rounds");
        foreach (var peak in peaks)
        {
            var rate = seconds[peak].Select(time => peak.Flop / time / 1e9);
            peakTable.Add(Threads(peak), Figure(rate.Median), Spread(rate));
        }

        peakTable.Write();

        var times = new FigureTable("One epoch: training and validation", "", "ms", "middle half of the rounds");
        foreach (var (peak, floor) in peaks.Zip(floors))
        {
            AddTime($"floor, {Threads(peak)}", floor);
        }

        AddTimes("fused", fused);
        AddTimes("autograd", autograd);
        AddTimes("the seed's loop in PyTorch", pyTorch);
        times.Write();
        if (python is null)
        {
            Console.WriteLine("No Python with torch here (/usr/bin/python3, then python3 on the path): the seed's loop was not run.");
        }

        var ratios = new FigureTable("Ratios, taken round by round", "", "ratio", "middle half of the rounds");
        foreach (var (run, floor) in fused.Zip(floors))
        {
            AddRatio($"fused ÷ floor, {Threads(run)}", seconds[run] / floor);
        }

        AddRatioToFused("autograd", autograd);
        AddRatioToFused("the seed's loop in PyTorch", pyTorch);
        ratios.Write();

        foreach (var contender in contenders)
        {
            contender.Dispose();
        }

        void AddTime(string name, Sample sample)
        {
            var milliseconds = sample.Select(time => 1000 * time);
            times.Add(name, Figure(milliseconds.Median), Spread(milliseconds));
        }

        void AddTimes(string name, IContender[] runs)
        {
            foreach (var run in runs)
            {
                AddTime($"{name}, {Threads(run)}", seconds[run]);
            }
        }

        void AddRatio(string name, Sample ratio) => ratios.Add(name, Figure(ratio.Median), Spread(ratio));

        void AddRatioToFused(string name, IContender[] runs)
        {
            if (runs.MinBy(run => seconds[run].Median) is { } best)
            {
                AddRatio($"{name}, {Threads(best)} (its best) ÷ fused, {Threads(fused[^1])}", seconds[best] / seconds[fused[^1]]);
            }
        }
    }

    /// <summary>Prints the sum that the floor is made of; returns it, in operations.</summary>
    private static double PrintProducts(IReadOnlyList<Product> products)
    {
        var table = new FigureTable("Matrix products of one epoch", "", "2 · times · rows · columns · depth", "MFLOP");
        foreach (var product in products)
        {
            var sum = $"2 · {product.Times} · {product.Rows} · {product.Columns} · {product.Depth}";
            table.Add(product.Name, sum, Figure(product.Flop / 1e6));
        }

        var flop = products.Sum(product => product.Flop);
        table.Add("sum", "", Figure(flop / 1e6));
        table.Write();
        return flop;
    }

    private static string Threads(IContender contender) => contender.Threads == 1 ? "1 thread" : $"{contender.Threads} threads";
}
