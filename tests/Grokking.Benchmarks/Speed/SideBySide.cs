using System.Runtime.InteropServices;
using Grokking.Benchmarks.Measuring;
using Grokking.Benchmarks.Runs;
using Grokking.Runtime;
using static Grokking.Benchmarks.FigureTable;

namespace Grokking.Benchmarks.Speed;

/// <summary>An epoch of the original in the fused engine, in autograd and in PyTorch, and the floor below all of them.</summary>
internal sealed class SideBySide : IDisposable
{
    private const string Spreads = "middle half of the rounds";

    private readonly FmaPeak[] _peaks;
    private readonly TimedRun[] _fused;
    private readonly TimedRun[] _autograd;
    private readonly PyTorchRun[] _pyTorch;
    private readonly double _flop;
    private IReadOnlyDictionary<IContender, Sample> _seconds = new Dictionary<IContender, Sample>();

    public SideBySide()
    {
        int[] oneToAll = [.. Enumerable.Range(1, PhysicalCores.Count)];
        int[] oneAndAll = [.. oneToAll.Where(threads => threads == 1 || threads == oneToAll.Length)];
        var python = PyTorchRun.FindPython();
        _peaks = [.. oneAndAll.Select(threads => new FmaPeak(threads))];
        _fused = [.. oneAndAll.Select(threads => TimedRun.Fused(new() { Threads = threads }, new RunSeed(0)))];
        _autograd = [.. oneToAll.Select(threads => TimedRun.Autograd(new() { Threads = threads }, new RunSeed(0)))];
        _pyTorch = python is null ? [] : [.. oneToAll.Select(threads => new PyTorchRun(python, threads))];
        _flop = EpochProducts.Of(_fused[0].Order, _fused[0].Model).Sum(product => product.Flop);
    }

    private IContender[] Contenders => [.. _peaks, .. _fused, .. _autograd, .. _pyTorch];

    /// <summary>Measures all, and prints what came out.</summary>
    public void Print(Rounds rounds)
    {
        Console.WriteLine($"{PhysicalCores.Count} cores, {FmaPeak.VectorBits}-bit vectors, {RuntimeInformation.FrameworkDescription}.");
        PrintProducts();
        Console.WriteLine($"Measuring {Contenders.Length} contenders in {rounds.Count} rounds of {rounds.Seconds} s each …");
        _seconds = rounds.Measure(Contenders);
        PrintPeaks();
        PrintTimes();
        PrintRatios();
        if (_pyTorch.Length == 0)
        {
            Console.WriteLine("No Python with torch here (/usr/bin/python3, then python3 on the path): the original's loop was not run.");
        }
    }

    public void Dispose()
    {
        foreach (var contender in Contenders)
        {
            contender.Dispose();
        }
    }

    /// <summary>The sum that the floor is made of.</summary>
    private void PrintProducts()
    {
        var table = new FigureTable("Matrix products of one epoch", "", "2 · times · rows · columns · depth", "MFLOP");
        foreach (var product in EpochProducts.Of(_fused[0].Order, _fused[0].Model))
        {
            var sum = $"2 · {product.Times} · {product.Rows} · {product.Columns} · {product.Depth}";
            table.Add(product.Name, sum, Figure(product.Flop / 1e6));
        }

        table.Add("sum", "", Figure(_flop / 1e6));
        table.Write();
    }

    private void PrintPeaks()
    {
        var table = new FigureTable("Peak: fused multiply-adds on registers alone", "", "GFLOP/s", Spreads);
        foreach (var peak in _peaks)
        {
            var rate = _seconds[peak].Select(time => peak.Flop / time / 1e9);
            table.Add(Threads(peak.Threads), Figure(rate.Median), Spread(rate));
        }

        table.Write();
    }

    private void PrintTimes()
    {
        var table = new FigureTable("One epoch: training and validation", "", "ms", Spreads);
        foreach (var peak in _peaks)
        {
            Add("floor", peak, Floor(peak));
        }

        AddAll("fused", _fused);
        AddAll("autograd", _autograd);
        AddAll("the original's loop in PyTorch", _pyTorch);
        table.Write();

        void AddAll(string name, IContender[] contenders)
        {
            foreach (var contender in contenders)
            {
                Add(name, contender, _seconds[contender]);
            }
        }

        void Add(string name, IContender contender, Sample seconds)
        {
            var milliseconds = seconds.Select(time => 1000 * time);
            table.Add($"{name}, {Threads(contender.Threads)}", Figure(milliseconds.Median), Spread(milliseconds));
        }
    }

    private void PrintRatios()
    {
        var table = new FigureTable("Ratios, taken round by round", "", "ratio", Spreads);
        foreach (var (run, peak) in _fused.Zip(_peaks))
        {
            Add($"fused ÷ floor, {Threads(run.Threads)}", _seconds[run] / Floor(peak));
        }

        AddToFused("autograd", _autograd);
        AddToFused("the original's loop in PyTorch", _pyTorch);
        table.Write();

        // The best thread count of theirs against all threads of ours.
        void AddToFused(string name, IContender[] contenders)
        {
            if (contenders.MinBy(contender => _seconds[contender].Median) is { } best)
            {
                Add($"{name}, {Threads(best.Threads)} ÷ fused, {Threads(_fused[^1].Threads)}", _seconds[best] / _seconds[_fused[^1]]);
            }
        }

        void Add(string name, Sample ratio) => table.Add(name, Figure(ratio.Median), Spread(ratio));
    }

    /// <summary>Seconds that an epoch's products take at the peak.</summary>
    private Sample Floor(FmaPeak peak) => _seconds[peak].Select(time => _flop / (peak.Flop / time));
}
