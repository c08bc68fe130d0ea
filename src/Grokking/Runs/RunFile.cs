using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grokking.Models;
using Grokking.Runtime;
using Grokking.Training;
using static System.FormattableString;

namespace Grokking.Runs;

/// <summary>
/// A <see cref="RunState"/> as a safetensors file. Parameters have the network's names, what the optimiser remembers of them those
/// with PyTorch's behind them; the history has one array per column; identity and settings are JSON among the file's words, and the
/// checksum is that of the whole file, with zeros in its own place.
/// </summary>
internal static class RunFile
{
    private const string Format = "grokking-run";
    private const string Version = "2";
    private const string Checksum = "sha256";
    private const long Largest = 1 << 30;
    private const string WeightPrefix = StateDict.RunWeight;
    private const string OptimizerPrefix = "optimizer:";
    private const string HistoryPrefix = "history:";
    private const string SnapshotPrefix = "snapshot:";

    // After the eight bytes of the header's length, of which the upper five are 0, every run file begins with this.
    private static readonly byte[] Beginning = Encoding.UTF8.GetBytes($$$"""{"__metadata__":{"format":"{{{Format}}}","version":""");
    private static readonly byte[] Checksummed = [.. Beginning, .. Encoding.UTF8.GetBytes($"\"{Version}\",\"{Checksum}\":\"")];
    private static readonly string NoChecksum = new('0', 2 * SHA256.HashSizeInBytes);

    /// <summary>Writes the whole file, or nothing.</summary>
    public static void Write(RunState state, string path)
    {
        var file = Pack(state);
        using var hash = SHA256.Create();
        using (var stream = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
        {
            file.Write(stream);
        }

        file.Metadata[Checksum] = Convert.ToHexStringLower(hash.Hash!);
        AtomicFile.Write(path, file.Write);
    }

    /// <summary>Whether a file is there and begins as a run's does, of this version or another.</summary>
    public static bool IsOne(string path)
    {
        var target = AtomicFile.Target(path);
        if (new FileInfo(target) is not { Exists: true, Length: > 0 })
        {
            return false;
        }

        using var stream = File.OpenRead(target);
        var start = new byte[sizeof(long) + Beginning.Length];
        return BeginsAsOne(start.AsSpan(0, stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)), Beginning);
    }

    /// <summary>Reads what <see cref="Write"/> wrote, or says in one sentence why not.</summary>
    public static RunState Read(string path)
    {
        if (!new FileInfo(AtomicFile.Target(path)).Exists)
        {
            throw new FileNotFoundException($"There is no run file '{path}'.", path);
        }

        var bytes = ReadWhole(path);
        if (!BeginsAsOne(bytes, Beginning))
        {
            throw new InvalidDataException($"'{path}' is not a run file.");
        }

        if (!BeginsAsOne(bytes, Checksummed))
        {
            throw Refused($"is not of version {Version}, the one that is known here; train it anew, or with the build that wrote it");
        }

        try
        {
            var checksum = ChecksumOf(bytes);
            var kept = Encoding.ASCII.GetString(checksum.Span);
            var file = SafetensorsFile.Parse(bytes);
            Encoding.ASCII.GetBytes(NoChecksum).CopyTo(checksum);
            return kept == Convert.ToHexStringLower(SHA256.HashData(bytes)) ? Unpack(file) : throw new FormatException("its checksum does not agree with what it holds");
        }
        catch (InvalidDataException error)
        {
            throw Refused($"has settings that are not known here: {error.Message.TrimEnd('.')}", error);
        }
        catch (Exception error) when (error is EndOfStreamException or ArgumentOutOfRangeException)
        {
            throw Refused(Invariant($"is truncated: it ends after {bytes.Length:N0} bytes"), error);
        }
        catch (Exception error) when (error is FormatException or JsonException or ArgumentException or InvalidOperationException
            or KeyNotFoundException or IndexOutOfRangeException or NullReferenceException or OverflowException)
        {
            throw Refused($"is damaged: {error.Message.Split('\n', '(')[0].TrimEnd(' ', '.')}", error);
        }

        InvalidDataException Refused(string why, Exception? error = null) => new($"The run file '{path}' {why}.", error);
    }

    // Pipes and devices have no length, like empty files; to open a pipe would wait for its writer.
    private static byte[] ReadWhole(string path) => new FileInfo(AtomicFile.Target(path)).Length switch
    {
        0 => [],
        > Largest => throw new InvalidDataException($"'{path}' is not a run file: it is larger than 1 GB."),
        _ => File.ReadAllBytes(path),
    };

    private static Memory<byte> ChecksumOf(Memory<byte> file) => file.Slice(sizeof(long) + Checksummed.Length, NoChecksum.Length);

    private static bool BeginsAsOne(ReadOnlySpan<byte> file, byte[] beginning)
    {
        var length = file[..Math.Min(file.Length, sizeof(long))];
        var header = file[length.Length..Math.Min(file.Length, sizeof(long) + beginning.Length)];
        return !length[Math.Min(length.Length, 3)..].ContainsAnyExcept((byte)0) && beginning.AsSpan().StartsWith(header);
    }

    private static SafetensorsFile Pack(RunState state)
    {
        var file = new SafetensorsFile();
        file.Metadata["format"] = Format;
        file.Metadata["version"] = Version;
        file.Metadata[Checksum] = NoChecksum;
        file.Metadata["identity"] = JsonSerializer.Serialize(state.Identity);
        if (state.Settings is { } settings)
        {
            file.Metadata["settings"] = Setting.ToJson(settings, withThreads: true).ToJsonString();
        }

        Add(WeightPrefix, state.Weights);
        Add(OptimizerPrefix, state.Optimizer.Tensors);
        file.Add("optimizer.step", [state.Optimizer.Step]);
        file.Add("generator", state.Generator.Span);
        foreach (var (name, value) in TrainingHistory.Columns)
        {
            var column = new double[state.History.Count];
            for (var epoch = 0; epoch < column.Length; epoch++)
            {
                column[epoch] = value(state.History[epoch]);
            }

            file.Add<double>($"{HistoryPrefix}{name}", column);
        }

        file.Add<long>("snapshots.epochs", [.. state.Snapshots.Select(kept => (long)kept.Epochs)]);
        file.Add<double>("snapshots.speed", [.. state.Snapshots.Select(kept => kept.Speed)]);
        foreach (var (i, kept) in state.Snapshots.Index())
        {
            Add(Snapshot(i), kept.Weights);
        }

        return file;

        void Add(string prefix, IReadOnlyDictionary<string, TensorValues> tensors)
        {
            foreach (var (name, tensor) in tensors)
            {
                file.Add(prefix + name, tensor.Values.Span, tensor.Shape);
            }
        }
    }

    private static RunState Unpack(SafetensorsFile file)
    {
        var (epochs, speeds) = (file.Get<long>("snapshots.epochs"), file.Get<double>("snapshots.speed"));
        return new RunState
        {
            Identity = JsonSerializer.Deserialize<RunIdentity>(file.Metadata["identity"])!,
            Settings = file.Metadata.TryGetValue("settings", out var settings) ? SettingsOf(settings) : null,
            Weights = Tensors(WeightPrefix),
            Optimizer = new OptimizerStateDict(file.Get<long>("optimizer.step")[0], Tensors(OptimizerPrefix)),
            Generator = file.Get<byte>("generator"),
            History = HistoryOf(file),
            Snapshots = [.. epochs.Index().Select(kept => new SnapshotValues(checked((int)kept.Item), speeds[kept.Index], Tensors(Snapshot(kept.Index))))],
        };

        Dictionary<string, TensorValues> Tensors(string prefix) => file.Names
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(name => name[prefix.Length..], name => new TensorValues(file.ShapeOf(name), file.Get<float>(name)));
    }

    // A name that a later build or another one has is no damage.
    private static RunSettings SettingsOf(string json)
    {
        try
        {
            return Setting.FromJson(JsonNode.Parse(json)!.AsObject());
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException(error.Message, error);
        }
    }

    private static EpochRecord[] HistoryOf(SafetensorsFile file)
    {
        var columns = TrainingHistory.Columns.ToDictionary(column => column.Name, column => file.Get<double>(HistoryPrefix + column.Name));
        var count = columns["epoch"].Length;
        return columns.Values.All(column => column.Length == count)
            ? [.. Enumerable.Range(0, count).Select(Record)]
            : throw new FormatException("the columns of its history are not of one length");

        EpochRecord Record(int epoch) => new(
            epoch, (long)columns["step"][epoch], columns["seconds"][epoch],
            columns["train_loss"][epoch], columns["train_accuracy"][epoch],
            columns["val_loss"][epoch], columns["val_accuracy"][epoch], columns["output_layer_norm"][epoch]);
    }

    private static string Snapshot(int place) => string.Create(CultureInfo.InvariantCulture, $"{SnapshotPrefix}{place}:");
}
