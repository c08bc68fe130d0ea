using System.Diagnostics;
using System.Globalization;

namespace Grokking.Benchmarks.Runs;

/// <summary>
/// The original's training cell in PyTorch: <c>original.py</c> in a process of its own, which waits between turns.
/// </summary>
internal sealed class PyTorchRun : IRun
{
    private readonly Process _process;
    private readonly List<CurvePoint> _curve = [];

    /// <summary>Starts the script.</summary>
    /// <param name="python">A Python that has torch: see <see cref="FindPython"/>.</param>
    /// <param name="threads">The threads that PyTorch and its BLAS may use.</param>
    public PyTorchRun(string python, int threads)
    {
        Threads = threads;
        var count = threads.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, "original.py"), count])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["OMP_NUM_THREADS"] = count;
        start.Environment["OPENBLAS_NUM_THREADS"] = count;
        _process = Process.Start(start)!;
    }

    public int Threads { get; }

    public IEnumerable<CurvePoint> Curve => _curve;

    /// <summary>The first Python that can import torch, Debian's before the one on the path; null where there is none.</summary>
    public static string? FindPython() => new[] { "/usr/bin/python3", "python3" }.FirstOrDefault(HasTorch);

    public double Seconds(int times)
    {
        var before = _curve is [.., var latest] ? latest.Seconds : 0;
        _process.StandardInput.WriteLine(times.ToString(CultureInfo.InvariantCulture));
        _process.StandardInput.Flush();
        for (var i = 0; i < times; i++)
        {
            var line = _process.StandardOutput.ReadLine()
                ?? throw new EndOfStreamException("original.py ended early; what Python wrote above says why.");
            var fields = line.Split(',');
            _curve.Add(new CurvePoint(int.Parse(fields[0], CultureInfo.InvariantCulture), Number(fields[1]), Number(fields[2])));
        }

        return _curve[^1].Seconds - before;

        static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        // The end of its input ends the script.
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static bool HasTorch(string python)
    {
        try
        {
            var start = new ProcessStartInfo(python, ["-c", "import torch"]) { RedirectStandardError = true };
            using var process = Process.Start(start)!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
