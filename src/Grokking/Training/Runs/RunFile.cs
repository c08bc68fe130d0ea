using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using static System.FormattableString;

namespace Grokking.Training.Runs;

/// <summary>
/// A <see cref="RunState"/> as a safetensors file. Parameters have the network's names, and their moments those with
/// PyTorch's behind them; the history has an array a column; the options are JSON among the file's words.
/// </summary>
internal static class RunFile
{
    private const string Format = "grokking-run";
    private const int Version = 1;
    private const string Means = ".exp_avg";
    private const string Squares = ".exp_avg_sq";

    // After the eight bytes of the header's length, of which the upper five are 0, every run file begins with this.
    private static readonly byte[] Beginning = Encoding.UTF8.GetBytes($$$"""{"__metadata__":{"format":"{{{Format}}}","version":""");

    private static readonly JsonSerializerOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Writes the whole file beside the target, then renames it over the target.</summary>
    public static void Write(RunState state, string path)
    {
        // One name for all times: what a killed process leaves, the next one writes over.
        var temporary = $"{path}.tmp";
        var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None);
        try
        {
            using (stream)
            {
                Pack(state).Write(stream);
                // Before the rename: a power cut could otherwise leave the name without the contents.
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote, or says in one sentence why not.</summary>
    public static RunState Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no run file '{path}'.", path);
        }

        var bytes = File.ReadAllBytes(path);
        if (!BeginsAsOne(bytes))
        {
            throw new InvalidDataException($"'{path}' is not a run file.");
        }

        try
        {
            var file = SafetensorsFile.Parse(bytes);
            var version = int.Parse(file.Metadata["version"], CultureInfo.InvariantCulture);
            return version <= Version ? Unpack(file) : throw Refused($"has version {version}, and only version {Version} is known here");
        }
        catch (EndOfStreamException error)
        {
            throw Refused(Invariant($"is truncated: it ends after {bytes.Length:N0} bytes"), error);
        }
        catch (Exception error) when (error is FormatException or JsonException or ArgumentException
            or KeyNotFoundException or IndexOutOfRangeException)
        {
            throw Refused($"is damaged: {error.Message.Split('\n', '(')[0].TrimEnd(' ', '.')}", error);
        }

        InvalidDataException Refused(string why, Exception? error = null) => new($"The run file '{path}' {why}.", error);
    }

    private static bool BeginsAsOne(ReadOnlySpan<byte> file)
    {
        var length = file[..Math.Min(file.Length, sizeof(long))];
        var header = file[length.Length..Math.Min(file.Length, sizeof(long) + Beginning.Length)];
        return !length[Math.Min(length.Length, 3)..].ContainsAnyExcept((byte)0) && Beginning.AsSpan().StartsWith(header);
    }

    private static SafetensorsFile Pack(RunState state)
    {
        var file = new SafetensorsFile();
        file.Metadata["format"] = Format;
        file.Metadata["version"] = Version.ToString(CultureInfo.InvariantCulture);
        file.Metadata["options"] = JsonSerializer.Serialize(state.Options, Json);
        foreach (var (name, weights) in state.Weights)
        {
            var moments = state.Optimizer.Moments[name];
            file.Add(name, weights.Values.Span, weights.Shape);
            file.Add(name + Means, moments.Means.Span, weights.Shape);
            file.Add(name + Squares, moments.Squares.Span, weights.Shape);
        }

        file.Add("optimizer.step", [state.Optimizer.Step]);
        file.Add("generator", state.Generator.Span);
        PackTrainer(state.Trainer, file);
        return file;
    }

    private static void PackTrainer(TrainerState trainer, SafetensorsFile file)
    {
        file.Add("seconds", [trainer.Seconds]);
        foreach (var (name, pass) in new[] { ("training", trainer.Training), ("validation", trainer.Validation) })
        {
            file.Add($"{name}.equations", pass.Equations.Span);
            file.Add($"{name}.done", [(long)pass.Done]);
            file.Add($"{name}.loss", [pass.Loss]);
            file.Add($"{name}.correct", [(long)pass.Correct]);
        }

        void Column<T>(string name, Func<EpochRecord, T> value)
            where T : unmanaged =>
            file.Add<T>($"history.{name}", [.. trainer.Epochs.Select(value)]);
        Column("step", epoch => epoch.Step);
        Column("seconds", epoch => epoch.Seconds);
        Column("train_loss", epoch => epoch.TrainingLoss);
        Column("train_accuracy", epoch => epoch.TrainingAccuracy);
        Column("val_loss", epoch => epoch.ValidationLoss);
        Column("val_accuracy", epoch => epoch.ValidationAccuracy);
        Column("output_layer_norm", epoch => epoch.OutputLayerNorm);
    }

    private static RunState Unpack(SafetensorsFile file)
    {
        string[] parameters = [.. file.Names.Where(name => name.EndsWith(Means, StringComparison.Ordinal)).Select(name => name[..^Means.Length])];
        return new RunState
        {
            Options = JsonSerializer.Deserialize<RunOptions>(file.Metadata["options"], Json)!,
            Weights = parameters.ToDictionary(name => name, name => new ParameterValues(file.ShapeOf(name), file.Get<float>(name))),
            Optimizer = new OptimizerState
            {
                Step = file.Get<long>("optimizer.step")[0],
                Moments = parameters.ToDictionary(name => name, name => new AdamMoments(file.Get<float>(name + Means), file.Get<float>(name + Squares))),
            },
            Generator = file.Get<byte>("generator"),
            Trainer = UnpackTrainer(file),
        };
    }

    private static TrainerState UnpackTrainer(SafetensorsFile file)
    {
        PassState Pass(string name) => new(
            file.Get<long>($"{name}.equations"), (int)file.Get<long>($"{name}.done")[0], file.Get<double>($"{name}.loss")[0], (int)file.Get<long>($"{name}.correct")[0]);
        double[] Column(string name) => file.Get<double>($"history.{name}");
        var steps = file.Get<long>("history.step");
        var (seconds, trainingLoss, trainingAccuracy) = (Column("seconds"), Column("train_loss"), Column("train_accuracy"));
        var (validationLoss, validationAccuracy, norm) = (Column("val_loss"), Column("val_accuracy"), Column("output_layer_norm"));
        return new TrainerState
        {
            Epochs = [.. steps.Select((step, e) => new EpochRecord(
                e, step, seconds[e], trainingLoss[e], trainingAccuracy[e], validationLoss[e], validationAccuracy[e], norm[e]))],
            Seconds = file.Get<double>("seconds")[0],
            Training = Pass("training"),
            Validation = Pass("validation"),
        };
    }
}
