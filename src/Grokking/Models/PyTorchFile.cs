using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using static System.FormattableString;

namespace Grokking.Models;

/// <summary>
/// What <c>torch.save</c> writes since PyTorch 1.6: a zip archive with one pickle and, beside it, the numbers of each storage
/// (https://docs.pytorch.org/docs/stable/notes/serialization.html).
/// </summary>
internal sealed class PyTorchFile
{
    private const long MostBytesOfContents = 1 << 20;
    private const long MostBytesOfPickle = 8 << 20;

    private readonly Dictionary<string, ZipArchiveEntry> _records = [];
    private readonly bool _bigEndian;

    /// <summary>Opens a file; the stream stays the caller's, and open for as long as numbers are wanted.</summary>
    /// <exception cref="FormatException">It says of the file why it is none.</exception>
    public PyTorchFile(Stream stream)
    {
        var contents = new LimitedStream(stream);
        var archive = new ZipArchive(contents, ZipArchiveMode.Read, leaveOpen: true);
        // The whole table of contents is read here, and no more of the file is.
        var pickles = archive.Entries.Where(entry => entry.FullName.Split('/') is [_, "data.pkl"]).ToList();
        contents.Left = long.MaxValue;
        if (pickles.Count != 1)
        {
            throw new FormatException("is a zip archive, but not one of torch.save: it has no data.pkl");
        }

        var folder = pickles[0].FullName[..^"data.pkl".Length];
        if (archive.GetEntry($"{folder}constants.pkl") is not null)
        {
            throw new FormatException("is a TorchScript archive, not a state dict; save model.state_dict() instead");
        }

        foreach (var entry in archive.Entries.Where(entry => !entry.FullName.EndsWith('/')))
        {
            // A damaged name must not make a record go unseen: without its byte order a file has other numbers.
            if (!entry.FullName.StartsWith(folder, StringComparison.Ordinal) || !IsKnown(entry.FullName[folder.Length..])
                || !_records.TryAdd(entry.FullName[folder.Length..], entry))
            {
                throw new FormatException($"is damaged: it has a record '{entry.FullName}' that torch.save does not write, or twice");
            }
        }

        _bigEndian = _records.ContainsKey("byteorder") && Encoding.ASCII.GetString(Record("byteorder", 16)) switch
        {
            "little" => false,
            "big" => true,
            _ => throw new FormatException("is damaged: its byte order is neither little nor big"),
        };
        Root = Unpickler.Read(Record("data.pkl", MostBytesOfPickle));
    }

    /// <summary>What the pickle holds.</summary>
    public object? Root { get; }

    /// <summary>The bytes of a storage, little end first.</summary>
    public byte[] NumbersOf(StoredTensor tensor)
    {
        var length = checked(tensor.StorageLength * tensor.Type.Size);
        var bytes = Record($"data/{tensor.Storage}", length);
        if (bytes.Length != length)
        {
            throw new FormatException(Invariant($"is damaged: the numbers of '{tensor.Name}' are {bytes.Length:N0} bytes, not {length:N0}"));
        }

        if (_bigEndian)
        {
            for (var i = 0; i < bytes.Length; i += tensor.Type.Size)
            {
                bytes.AsSpan(i, tensor.Type.Size).Reverse();
            }
        }

        return bytes;
    }

    /// <summary>Writes a state dict: plain tensors, as <c>torch.save({k: v.detach() …})</c> does.</summary>
    public static void Write(Stream stream, IReadOnlyDictionary<string, TensorValues> tensors)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        WriteRecord("data.pkl", Pickle(tensors));
        WriteRecord("byteorder", "little"u8);
        foreach (var (i, tensor) in tensors.Values.Index())
        {
            WriteRecord($"data/{i}", MemoryMarshal.AsBytes(tensor.Values.Span));
        }

        WriteRecord("version", "3\n"u8);

        void WriteRecord(string name, ReadOnlySpan<byte> bytes)
        {
            var entry = archive.CreateEntry($"archive/{name}", CompressionLevel.NoCompression);
            // The same weights shall give the same file.
            entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
            using var record = entry.Open();
            record.Write(bytes);
        }
    }

    private static byte[] Pickle(IReadOnlyDictionary<string, TensorValues> tensors)
    {
        using var pickle = new MemoryStream();
        const string orderedDict = "ccollections\nOrderedDict\n)R";
        Put("\u0080\u0002" + orderedDict + "(");
        foreach (var (i, (name, tensor)) in tensors.Index())
        {
            PutText(name);
            Put("ctorch._utils\n_rebuild_tensor_v2\n((");
            PutText("storage");
            Put("ctorch\nFloatStorage\n");
            PutText($"{i}");
            PutText("cpu");
            PutNumber(tensor.Values.Length);
            Put("tQ");
            PutNumber(0);
            PutNumbers(tensor.Shape);
            PutNumbers(StoredTensor.RowByRow(name, ElementType.OfStorage("FloatStorage"), tensor.Shape).Strides);
            // Not requires_grad, no hooks.
            Put("\u0089" + orderedDict + "tR");
        }

        Put("u.");
        return pickle.ToArray();

        void Put(string opcodes) => pickle.Write(Encoding.Latin1.GetBytes(opcodes));

        void PutText(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            Put("X");
            pickle.Write(BitConverter.GetBytes(bytes.Length));
            pickle.Write(bytes);
        }

        void PutNumber(long number)
        {
            Put("J");
            pickle.Write(BitConverter.GetBytes(checked((int)number)));
        }

        void PutNumbers(IEnumerable<long> numbers)
        {
            Put("(");
            foreach (var number in numbers)
            {
                PutNumber(number);
            }

            Put("t");
        }
    }

    private static bool IsKnown(string record) =>
        record is "data.pkl" or "byteorder" or "version" || record[0] == '.' || record.StartsWith("data/", StringComparison.Ordinal);

    /// <summary>A record's bytes; their check sum is right.</summary>
    private byte[] Record(string name, long most)
    {
        if (!_records.TryGetValue(name, out var entry))
        {
            throw new FormatException($"is damaged: it has no record '{name}'");
        }

        if (entry.Length > most)
        {
            throw new FormatException(Invariant($"is no state dict: its record '{name}' has {entry.Length:N0} bytes, not at most {most:N0}"));
        }

        var bytes = new byte[entry.Length];
        using (var record = entry.Open())
        {
            record.ReadExactly(bytes);
        }

        return Crc32(bytes) == entry.Crc32 ? bytes : throw new FormatException($"is damaged: the check sum of its record '{name}' is wrong");
    }

    private static readonly uint[] CrcOfByte = [.. Enumerable.Range(0, 256).Select(value =>
    {
        var crc = (uint)value;
        for (var bit = 0; bit < 8; bit++)
        {
            crc = (crc >> 1) ^ ((crc & 1) * 0xedb88320);
        }

        return crc;
    })];

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc = (crc >> 8) ^ CrcOfByte[(byte)(crc ^ value)];
        }

        return ~crc;
    }

    /// <summary>A stream of which only so much is read: a zip archive's table of contents may be as long as the file.</summary>
    private sealed class LimitedStream(Stream inner) : Stream
    {
        public long Left { get; set; } = MostBytesOfContents;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => inner.Length;

        public override long Position { get => inner.Position; set => inner.Position = value; }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            Left -= read;
            return Left >= 0 ? read : throw new FormatException(Invariant($"is no state dict: its table of contents alone has more than {MostBytesOfContents:N0} bytes"));
        }

        public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

        public override void Flush() => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
