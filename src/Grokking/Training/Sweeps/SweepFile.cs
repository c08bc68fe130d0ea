using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grokking.Data;
using Grokking.Training.Runs;

namespace Grokking.Training.Sweeps;

/// <summary>
/// The runs of a sweep as JSON lines: an object a run, with its operation, modulus and engine, every <see cref="SweepField"/> and
/// what came of it. Files can be put together with <c>cat</c>. A line without its end is what a process that was killed
/// left of a run, and does not count.
/// </summary>
public sealed class SweepFile
{
    private const string OperationKey = "operation";
    private const string ModulusKey = "modulus";
    private const string EngineKey = "engine";
    private const string EpochsTrainedKey = "epochs_trained";
    private const string EpochsToGrokKey = "epochs_to_99";
    private const string StepsToGrokKey = "steps_to_99";
    private const string BestKey = "best_val_accuracy";
    private const string SecondsKey = "seconds";

    // Else "+" would be "\u002B".
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _path;

    /// <summary>A sweep's file, which need not be there yet.</summary>
    public SweepFile(string path) => _path = path;

    /// <summary>The runs that the file has, each cell's first; none where there is no file.</summary>
    /// <exception cref="InvalidDataException">A line is no run; the message names it.</exception>
    public IReadOnlyList<SweepRun> Read() => [.. Lines().Select((line, i) => Run(line, i + 1)).DistinctBy(run => run.Cell)];

    /// <summary>Writes runs as CSV: the names that stand in the JSON lines, and a line a run; a censored run's epochs and steps are empty.</summary>
    public static void WriteCsv(IEnumerable<SweepRun> runs, TextWriter writer)
    {
        var rows = runs.Select(Row).ToList();
        writer.WriteLine(string.Join(',', rows.Take(1).SelectMany(row => row.Select(column => column.Key))));
        foreach (var row in rows)
        {
            writer.WriteLine(string.Join(',', row.Select(column => column.Value?.ToString())));
        }
    }

    /// <summary>Reads the runs, and takes the end of a line that was begun out of the file, so that lines can be added.</summary>
    internal IReadOnlyList<SweepRun> Continue(IReadOnlyList<RunOptions> cells)
    {
        var expected = cells.ToHashSet();
        var runs = Lines().Select((line, i) => (Run: Run(line, i + 1), Number: i + 1)).ToList();
        foreach (var (run, number) in runs.Where(line => !expected.Contains(line.Run.Cell)).Take(1))
        {
            throw new InvalidDataException($"Line {number} of {_path} is a run of another grid: {SweepField.Describe(run.Cell)}.");
        }

        using var stream = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        stream.SetLength(bytes.AsSpan().LastIndexOf((byte)'\n') + 1);
        return [.. runs.Select(line => line.Run).DistinctBy(run => run.Cell)];
    }

    internal void Append(SweepRun run)
    {
        using var stream = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read);
        stream.Write(Encoding.UTF8.GetBytes(Row(run).ToJsonString(Plain) + "\n"));
        stream.Flush(flushToDisk: true);
    }

    private static JsonObject Row(SweepRun run)
    {
        var row = new JsonObject
        {
            [OperationKey] = run.Cell.Operation.Symbol,
            [ModulusKey] = run.Cell.Modulus,
            [EngineKey] = run.Cell.Engine.ToString(),
        };
        foreach (var field in SweepField.All)
        {
            row[field.Name] = field.Of(run.Cell);
        }

        row[EpochsTrainedKey] = run.Epochs;
        row[EpochsToGrokKey] = run.EpochsToGrok;
        row[StepsToGrokKey] = run.StepsToGrok;
        row[BestKey] = run.BestValidationAccuracy;
        row[SecondsKey] = Math.Round(run.Seconds, 3);
        return row;
    }

    private SweepRun Run(string line, int number)
    {
        try
        {
            var values = JsonNode.Parse(line)!.AsObject();
            var cell = new RunOptions
            {
                Operation = Operation.Parse(Value<string>(OperationKey)),
                Modulus = Value<int>(ModulusKey),
                Engine = Enum.Parse<EngineKind>(Value<string>(EngineKey)),
            };
            cell = SweepField.All.Aggregate(cell, (cell, field) => field.With(cell, Value<double>(field.Name)));
            return new SweepRun(
                cell, Value<int>(EpochsTrainedKey), Optional<int>(EpochsToGrokKey), Optional<long>(StepsToGrokKey), Value<double>(BestKey), Value<double>(SecondsKey));

            T Value<T>(string name) => values[name]!.GetValue<T>();

            T? Optional<T>(string name)
                where T : struct => values.ContainsKey(name) ? values[name]?.GetValue<T>() : throw new FormatException();
        }
        catch (Exception foreign) when (foreign is JsonException or InvalidOperationException or FormatException or NullReferenceException or ArgumentException)
        {
            throw new InvalidDataException($"Line {number} of {_path} is not a run of a sweep; the file is another's, or damaged.");
        }
    }

    private string[] Lines()
    {
        if (!File.Exists(_path))
        {
            return [];
        }

        using var stream = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return new StreamReader(stream).ReadToEnd().Split('\n')[..^1];
    }
}
