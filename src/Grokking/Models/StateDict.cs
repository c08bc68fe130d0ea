using static System.FormattableString;

namespace Grokking.Models;

/// <summary>
/// The named tensors of a file, whatever network they are of: a PyTorch file or a .safetensors file, whatever its ending. Nothing in
/// the file is run, and what it asks for is bounded: 16,777,216 numbers and 64 MB.
/// </summary>
public sealed class StateDict : IDisposable
{
    internal const long MostNumbers = 16 << 20;

    private const long MostBytes = 64 << 20;
    private const long MostBytesOfHeader = 8 << 20;
    private const int DeepestPlace = 3;

    // Where scripts keep the weights when they keep more than one thing; of other names there may be only one.
    private static readonly string[] Places =
        ["state_dict", "model_state_dict", "model_state", "model", "net", "network", "module", "params", "weights"];

    /// <summary>What a run's file puts before the names of its weights.</summary>
    internal const string RunWeight = "weight:";

    // What DataParallel, torch.compile and Lightning put before every name.
    private static readonly string[] Prefixes = ["module.", "_orig_mod.", "model.", RunWeight];

    private readonly IDisposable _file;
    private readonly Func<StoredTensor, ReadOnlyMemory<byte>> _numbersOf;
    private readonly Dictionary<string, StoredTensor> _tensors;
    private (StoredTensor? Tensor, ReadOnlyMemory<byte> Numbers) _last;

    private StateDict(string path, IDisposable file, List<StoredTensor> tensors, Func<StoredTensor, ReadOnlyMemory<byte>> numbersOf, string notes)
    {
        tensors.ForEach(tensor => tensor.Check());
        var numbers = tensors.Sum(tensor => tensor.Count);
        var bytes = tensors.DistinctBy(tensor => (tensor.Storage, tensor.Type)).Sum(tensor => checked(tensor.StorageLength * tensor.Type.Size));
        if (numbers > MostNumbers || bytes > MostBytes)
        {
            throw TooLarge(Invariant($"has {numbers:N0} numbers, of {bytes:N0} bytes"));
        }

        var prefix = "";
        while (tensors.Count > 0 && Prefixes.FirstOrDefault(next => tensors.TrueForAll(tensor => tensor.Name.StartsWith(prefix + next, StringComparison.Ordinal))) is { } more)
        {
            prefix += more;
        }

        (_file, _numbersOf, Path) = (file, numbersOf, path);
        _tensors = tensors.ToDictionary(tensor => Printable(tensor.Name[prefix.Length..], 200));
        Shapes = _tensors.ToDictionary(entry => entry.Key, entry => entry.Value.Shape.ToArray());
        var rounded = tensors.Find(tensor => tensor.Type.Size > sizeof(float));
        Description = Invariant($"{tensors.Count:N0} tensors, {numbers:N0} numbers")
            + Printable(notes, 800)
            + (prefix.Length > 0 ? $", '{prefix}' taken off the names" : "")
            + (rounded is null ? "" : $", {rounded.Type.Name} rounded to float32");
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What of the file this is, and what is done to it: <c>5 tensors, 91,107 numbers, under 'model'</c>.</summary>
    public string Description { get; }

    /// <summary>The tensors' shapes by name, in the file's order.</summary>
    public IReadOnlyDictionary<string, long[]> Shapes { get; }

    /// <summary>Opens a file; its numbers stay there until they are asked for.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It has no state dict that can be taken; the message says what it is instead.</exception>
    public static StateDict Open(string path) => Explain(path, () =>
    {
        var file = OpenFile(path);
        try
        {
            var start = new byte[Math.Min(file.Length, 512)];
            file.ReadExactly(start);
            file.Position = 0;
            return start.AsSpan().StartsWith("PK\u0003\u0004"u8) ? OpenPyTorch(path, file)
                : start is [_, _, _, _, 0, 0, 0, 0, (byte)'{', ..] ? OpenSafetensors(path, file)
                : throw new FormatException(WhatItIs(start));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    });

    /// <summary>The numbers of a tensor: exact, but for float64, which is rounded.</summary>
    /// <exception cref="KeyNotFoundException">There is no such tensor.</exception>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public TensorValues Read(string name) => Explain(Path, () =>
    {
        var tensor = _tensors[name];
        if (_last.Tensor is null || (_last.Tensor.Storage, _last.Tensor.Type, _last.Tensor.StorageLength) != (tensor.Storage, tensor.Type, tensor.StorageLength))
        {
            _last = (tensor, _numbersOf(tensor));
        }

        return tensor.Read(_last.Numbers.Span);
    });

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>The first five names, and how many more there are.</summary>
    internal static string Some(List<string> names) =>
        string.Join(", ", names.Take(5)) + (names.Count > 5 ? $" and {names.Count - 5} more" : "");

    private static T Explain<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is FormatException or InvalidDataException or EndOfStreamException or OverflowException
            or ArgumentException or NotSupportedException)
        {
            var why = error is FormatException ? error.Message : "was cut off or is damaged";
            throw new InvalidDataException($"The checkpoint '{path}' {Printable(why, 800)}.", error);
        }
    }

    private static FileStream OpenFile(string path)
    {
        if (Directory.Exists(path) || path.Length == 0)
        {
            throw new FormatException(path.Length == 0 ? "has no name; name a file" : "is a folder");
        }

        var link = new FileInfo(path);
        var file = link.Exists ? link.ResolveLinkTarget(returnFinalTarget: true) ?? link : link;
        if (!file.Exists)
        {
            throw new FileNotFoundException($"There is no checkpoint '{path}'.", path);
        }

        // Pipes and devices have no length, like empty files; to open a pipe would wait for its writer.
        return ((FileInfo)file).Length == 0
            ? throw new FormatException("is empty, or a pipe or a device")
            : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    // Of each pickle protocol: the magic number that torch.save began with, in binary and as text.
    private static readonly byte[] BeforeZip = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
    private static readonly byte[] BeforeZipAsText = [.. "L119547037146038801333356L"u8];

    private static string WhatItIs(ReadOnlySpan<byte> start) =>
        start[..Math.Min(start.Length, 32)].IndexOf(BeforeZip) >= 0 || start.StartsWith(BeforeZipAsText)
            ? "is of the format before PyTorch 1.6; torch.save(torch.load(file), file) in a later one renews it"
        : start[0] == 0x80 ? "is a pickle, but not a file of torch.save"
        : start.StartsWith("version https://git-lfs"u8) ? "is a pointer of Git LFS, not the file itself; 'git lfs pull' gets that"
        : !start.ContainsAnyExcept((byte)0) ? "begins with nothing but zeros"
        : !start.ContainsAnyExceptInRange((byte)'\t', (byte)'~') ? "is text"
        : "is neither a file of torch.save nor a .safetensors file, or it is damaged";

    private static StateDict OpenPyTorch(string path, Stream stream)
    {
        var file = new PyTorchFile(stream);
        var found = file.Root is Unpickler.Dict root ? Find(root, "", 0, []) : [];
        if (found.Count != 1)
        {
            throw new FormatException(found.Count > 1
                ? $"has {found.Count} state dicts, under {string.Join(", ", found.Take(5).Select(one => $"'{one.Place}'"))}; save the one to be read"
                : file.Root switch
                {
                    Unpickler.Dict dict => $"has no state dict: it {Content(dict)}",
                    Unpickler.Foreign made => $"is no state dict but what {made.Name} makes, which is not run here; save the network's state_dict()",
                    var other => $"is no state dict: what it holds is of the type {Unpickler.Describe(other)}",
                });
        }

        var (entries, place) = (found[0].Dict.Entries, found[0].Place);
        foreach (var (name, value) in entries)
        {
            if (value is Unpickler.Foreign foreign)
            {
                throw new FormatException($"cannot be taken: '{name}' is made by {foreign.Name} and is no plain tensor");
            }
        }

        var others = entries.Where(entry => entry.Value is not Unpickler.PickledTensor).Select(entry => entry.Key).ToList();
        return new StateDict(
            path,
            stream,
            [.. from entry in entries
                let tensor = entry.Value as Unpickler.PickledTensor
                where tensor is not null
                select new StoredTensor(
                    entry.Key, tensor.Storage.Type, tensor.Storage.Key, tensor.Storage.Length, tensor.Offset, tensor.Shape, tensor.Strides)],
            tensor => file.NumbersOf(tensor),
            (place.Length > 0 ? $", under '{place}'" : "") + (others.Count > 0 ? $", without {Some(others)}" : ""));
    }

    /// <summary>The dictionaries that have tensors: those in the well-known places before the one around them, that one before others.</summary>
    private static List<(Unpickler.Dict Dict, string Place)> Find(Unpickler.Dict dict, string place, int depth, HashSet<Unpickler.Dict> seen)
    {
        if (depth > DeepestPlace || !seen.Add(dict))
        {
            return [];
        }

        var inner = dict.Entries.Where(entry => entry.Value is Unpickler.Dict)
            .Select(entry => (entry.Key, Found: Find((Unpickler.Dict)entry.Value!, depth > 0 ? $"{place}/{entry.Key}" : entry.Key, depth + 1, seen)))
            .ToList();
        var known = inner.Where(entry => Places.Contains(entry.Key)).SelectMany(entry => entry.Found).ToList();
        return known.Count > 0 ? known
            : dict.Entries.Values.Any(value => value is Unpickler.PickledTensor { Shape.Length: > 0 }) ? [(dict, place)]
            : [.. inner.SelectMany(entry => entry.Found)];
    }

    private static string Content(Unpickler.Dict dict) => dict.Entries.Count == 0
        ? "has nothing by name"
        : $"has {Some([.. dict.Entries.Select(entry => $"{entry.Key} ({Unpickler.Describe(entry.Value)})")])}";

    private static StateDict OpenSafetensors(string path, Stream stream)
    {
        if (stream.Length > MostBytes + MostBytesOfHeader)
        {
            throw TooLarge(Invariant($"has {stream.Length:N0} bytes"));
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        SafetensorsFile file;
        try
        {
            file = SafetensorsFile.Parse(bytes);
        }
        catch (FormatException error)
        {
            throw new FormatException($"is no .safetensors file, or a damaged one: {error.Message}", error);
        }

        string[] weights = [.. file.Names.Where(name => name.StartsWith(RunWeight, StringComparison.Ordinal))];
        return new StateDict(
            path,
            stream,
            [.. (weights.Length > 0 ? weights : file.Names).Select(name => StoredTensor.RowByRow(name, ElementType.OfSafetensors(file.TypeOf(name)), file.ShapeOf(name)))],
            tensor => file.BytesOf(tensor.Name),
            weights.Length > 0 ? ", of a kept run" : "");
    }

    private static FormatException TooLarge(string size) =>
        new(Invariant($"is too large: it {size}, and at most {MostNumbers:N0} numbers of {MostBytes:N0} bytes are read"));

    // A foreign file's names end up in messages, and so in terminals.
    private static string Printable(string text, int most) => string.Concat(
        (text.Length > most ? text[..most] + "…" : text).Select(letter => char.IsControl(letter) ? '?' : letter));
}
