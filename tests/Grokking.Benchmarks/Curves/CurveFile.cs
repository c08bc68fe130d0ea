using System.Globalization;
using Grokking.Benchmarks.Runs;

namespace Grokking.Benchmarks.Curves;

/// <summary>One engine's learning curve.</summary>
internal sealed record Curve(string Engine, IReadOnlyList<CurvePoint> Points);

/// <summary>Learning curves as text: <c>engine,epoch,seconds,val_accuracy</c>, a line an epoch.</summary>
internal static class CurveFile
{
    private const string Header = "engine,epoch,seconds,val_accuracy";

    public static void WriteHeader(TextWriter writer) => writer.WriteLine(Header);

    public static void Write(TextWriter writer, Curve curve)
    {
        foreach (var point in curve.Points)
        {
            writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{curve.Engine},{point.Epoch},{point.Seconds:F4},{point.ValidationAccuracy:F3}"));
        }
    }

    /// <exception cref="RequestException">The file is of another kind, or has no epochs.</exception>
    public static IReadOnlyList<Curve> Read(string path)
    {
        var lines = File.ReadAllLines(path);
        if (lines is not [Header, _, ..])
        {
            throw new RequestException(
                $"{path} has no curves: it has to start with '{Header}' and have a line an epoch, as curves writes it.");
        }

        return
        [
            .. lines.Skip(1).Select((line, i) => Parse(path, i + 2, line))
                .GroupBy(row => row.Engine, row => row.Point, (engine, points) => new Curve(engine, [.. points])),
        ];
    }

    private static (string Engine, CurvePoint Point) Parse(string path, int number, string line)
    {
        var fields = line.Split(',');
        return fields.Length == 4
            && int.TryParse(fields[1], CultureInfo.InvariantCulture, out var epoch)
            && double.TryParse(fields[2], CultureInfo.InvariantCulture, out var seconds)
            && double.TryParse(fields[3], CultureInfo.InvariantCulture, out var accuracy)
                ? (fields[0], new CurvePoint(epoch, seconds, accuracy))
                : throw new RequestException($"Line {number} of {path} is '{line}'; it has to be {Header}.");
    }
}
