using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grokking.Runs;
using Grokking.Runtime;
using Grokking.Training;
using static System.FormattableString;

namespace Grokking.Sweeps;

/// <summary>
/// The runs of a sweep as JSON lines: one object per run, with every <see cref="Setting"/> that matters and
/// what became of it. Files can be put together with <c>cat</c>. A line without its end is what a process that was killed
/// left of a run, and does not count.
/// </summary>
public sealed class SweepFile
{
    private const long LargestFile = 1 << 30;
    private const string Beginning = "{\"operation\":";
    private const string OutcomeKey = "outcome";
    private const string EpochsTrainedKey = "epochs_trained";
    private const string BestKey = "best_val_accuracy";
    private const string SecondsKey = "seconds";
    private const string LastPrefix = "last_";
    private const string CurveKey = "curve";

    // Files of an earlier form have these of validation, and no other milestone.
    private const string EarlierEpochsKey = "epochs_to_99";
    private const string EarlierStepsKey = "steps_to_99";

    // Else "+" would be "\u002B".
    private static readonly JsonSerializerOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _path;

    /// <summary>A sweep's file, which need not be there yet.</summary>
    public SweepFile(string path) => _path = path;

    /// <summary>The runs that the file has, each one's first; none where there is no file. Others may be writing it.</summary>
    /// <param name="warn">Told of lines that a process which was killed has left torn, each in a sentence; they are skipped.</param>
    /// <exception cref="InvalidDataException">A line is no run; the message names it.</exception>
    public IReadOnlyList<RunResult> Read(Action<string>? warn = null) => [.. Runs(warn).Select(line => line.Run).DistinctBy(run => run.Settings)];

    /// <summary>Writes runs as CSV: the names that stand in the JSON lines but for the curve, and one line per run; a milestone that was not reached is empty.</summary>
    public static void WriteCsv(IEnumerable<RunResult> runs, TextWriter writer)
    {
        var rows = runs.Select(Figures).ToList();
        writer.WriteLine(string.Join(',', rows.Take(1).SelectMany(row => row.Select(column => column.Key))));
        foreach (var row in rows)
        {
            writer.WriteLine(string.Join(',', row.Select(column => column.Value?.ToString())));
        }
    }

    /// <summary>Reads the runs, and takes the end of a line that was begun out of the file, so that lines can be added.</summary>
    internal IReadOnlyList<RunResult> Continue(IReadOnlyList<RunSettings> expectedRuns, Action<string> warn)
    {
        var expected = expectedRuns.ToHashSet();
        var runs = Runs(warn).ToList();
        foreach (var (run, number) in runs.Where(line => !expected.Contains(line.Run.Settings)).Take(1))
        {
            throw new InvalidDataException($"Line {number} of {_path} is a run of another grid: {Setting.Describe(run.Settings)}.");
        }

        using var stream = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var whole = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        if (whole < bytes.Length)
        {
            stream.SetLength(whole);
        }

        return [.. runs.Select(line => line.Run).DistinctBy(run => run.Settings)];
    }

    /// <summary>Whether a file is there and begins as a sweep's does.</summary>
    internal static bool IsOne(string path) => AtomicFile.BeginsWith(path, Beginning);

    internal void Append(RunResult run)
    {
        using var stream = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        stream.Write(Encoding.UTF8.GetBytes(Row(run).ToJsonString(Unescaped) + "\n"));
        stream.Flush(flushToDisk: true);
    }

    private IEnumerable<(RunResult Run, int Number)> Runs(Action<string>? warn)
    {
        var lines = Lines();
        foreach (var (i, line) in lines[..^1].Index())
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            if (IsTorn(line))
            {
                Warn(i);
            }
            else
            {
                yield return (Run(line, i + 1), i + 1);
            }
        }

        if (lines[^1].Length > 0)
        {
            Warn(lines.Length - 1);
        }

        void Warn(int line) => warn?.Invoke($"Line {line + 1} of {_path} is torn, and skipped; its run counts as not done.");
    }

    // It begins as a run's does, and is no JSON: what a process that was killed has left, perhaps with another's line behind it.
    private static bool IsTorn(string line)
    {
        if (!line.StartsWith(Beginning, StringComparison.Ordinal) && !Beginning.StartsWith(line, StringComparison.Ordinal))
        {
            return false;
        }

        try
        {
            JsonNode.Parse(line);
            return false;
        }
        catch (JsonException)
        {
            return true;
        }
    }

    private static JsonObject Row(RunResult run)
    {
        var row = Figures(run);
        var curve = new JsonObject();
        foreach (var (name, value) in TrainingHistory.Columns)
        {
            curve[name] = new JsonArray([.. run.Curve.Select(epoch => Number(name, value(epoch)))]);
        }

        row[CurveKey] = curve;
        return row;
    }

    private static JsonObject Figures(RunResult run)
    {
        var row = Setting.ToJson(run.Settings, withThreads: false);
        row[OutcomeKey] = run.Outcome.ToString().ToLowerInvariant();
        row[EpochsTrainedKey] = run.Epochs;
        foreach (var (side, percent) in Milestones())
        {
            row[EpochsKey(side, percent)] = run.Of(side, percent)?.Epochs;
            row[StepsKey(side, percent)] = run.Of(side, percent)?.Steps;
        }

        row[BestKey] = run.BestValidationAccuracy;
        foreach (var (name, value) in TrainingHistory.Columns)
        {
            row[LastPrefix + name] = run.Last is { } last ? Number(name, value(last)) : null;
        }

        row[SecondsKey] = Math.Round(run.Seconds, 3);
        return row;
    }

    private static IEnumerable<(Side Side, int Percent)> Milestones() =>
        from side in Enum.GetValues<Side>() from percent in RunResult.Marks select (side, percent);

    private static string EpochsKey(Side side, int percent) => Invariant($"{NameOf(side)}_epochs_to_{percent}");

    private static string StepsKey(Side side, int percent) => Invariant($"{NameOf(side)}_steps_to_{percent}");

    private static string NameOf(Side side) => side == Side.Training ? "train" : "val";

    // Counts as they are, else six digits, which no chart shows more of; JSON has no number for what is not finite.
    private static JsonNode? Number(string name, double value) =>
        name is "epoch" or "step" ? JsonValue.Create((long)value)
        : double.IsFinite(value) ? JsonValue.Create(double.Parse(value.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)) : null;

    private RunResult Run(string line, int number)
    {
        try
        {
            var values = JsonNode.Parse(line)!.AsObject();
            var earlier = !values.ContainsKey(OutcomeKey);
            var milestones = earlier ? EarlierMilestones(values) : MilestonesOf(values);
            return new RunResult
            {
                Settings = Setting.FromJson(values),
                Outcome = !earlier ? Enum.Parse<RunOutcome>(values[OutcomeKey]!.GetValue<string>(), ignoreCase: true)
                    : milestones.Count > 0 ? RunOutcome.Reached : RunOutcome.Censored,
                Epochs = values[EpochsTrainedKey]!.GetValue<int>(),
                Seconds = values[SecondsKey]!.GetValue<double>(),
                BestValidationAccuracy = values[BestKey]!.GetValue<double>(),
                Milestones = milestones,
                Last = earlier ? null : Epoch(name => values[LastPrefix + name]),
                Curve = values[CurveKey] is JsonObject curve
                    ? [.. Enumerable.Range(0, curve["epoch"]!.AsArray().Count).Select(place => Epoch(name => curve[name]![place]))]
                    : [],
            };
        }
        catch (Exception foreign) when (foreign is JsonException or InvalidOperationException or FormatException or NullReferenceException or ArgumentException)
        {
            throw new InvalidDataException($"Line {number} of {_path} is not a run of a sweep; the file is another's, or damaged.");
        }
    }

    private static Dictionary<(Side Side, int Percent), Milestone> MilestonesOf(JsonObject values) => Milestones()
        .Where(mark => values[EpochsKey(mark.Side, mark.Percent)] is not null)
        .ToDictionary(
            mark => mark,
            mark => new Milestone(
                values[EpochsKey(mark.Side, mark.Percent)]!.GetValue<int>(), values[StepsKey(mark.Side, mark.Percent)]!.GetValue<long>()));

    private static Dictionary<(Side Side, int Percent), Milestone> EarlierMilestones(JsonObject values) =>
        !values.ContainsKey(EarlierEpochsKey) ? throw new FormatException()
        : values[EarlierEpochsKey] is { } epochs
            ? new() { [(Side.Validation, TrainingHistory.KnownAccuracy)] = new Milestone(epochs.GetValue<int>(), values[EarlierStepsKey]!.GetValue<long>()) }
            : [];

    private static EpochRecord Epoch(Func<string, JsonNode?> value)
    {
        double Column(string name) => value(name)?.GetValue<double>() ?? double.NaN;
        return new EpochRecord(
            (int)Column("epoch"), (long)Column("step"), Column("seconds"), Column("train_loss"), Column("train_accuracy"),
            Column("val_loss"), Column("val_accuracy"), Column("output_layer_norm"));
    }

    /// <summary>The lines, of which the last has no end: nothing, or what was begun of a run.</summary>
    private string[] Lines()
    {
        var file = new FileInfo(AtomicFile.Target(_path));
        if (!file.Exists)
        {
            return [""];
        }

        // Pipes and devices have no length, like empty files; to open a pipe would wait for its writer.
        if (file.Length is 0 or > LargestFile)
        {
            return file.Length == 0 ? [""] : throw new InvalidDataException($"{_path} is not the file of a sweep: it is larger than 1 GB.");
        }

        using var stream = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var text = new StreamReader(stream).ReadToEnd();
        var lines = text.Split('\n');
        return lines[^1].StartsWith(Beginning, StringComparison.Ordinal) || Beginning.StartsWith(lines[^1], StringComparison.Ordinal)
            ? lines
            : throw new InvalidDataException($"Line {lines.Length} of {_path} is not a run of a sweep; the file is another's, or damaged.");
    }
}
