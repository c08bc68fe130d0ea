using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Grokking.Models;

/// <summary>
/// Named arrays and text metadata as a safetensors file (https://huggingface.co/docs/safetensors): the length of the
/// header in eight bytes, the header in JSON, the numbers. TorchSharp.PyBridge's reader and writer leave out the words.
/// </summary>
internal sealed class SafetensorsFile
{
    private const string MetadataName = "__metadata__";
    private const int LengthBytes = sizeof(long);

    private readonly Dictionary<string, Entry> _entries = [];

    /// <summary>The text metadata; it stands first in the file, in this order.</summary>
    public Dictionary<string, string> Metadata { get; } = [];

    /// <summary>The names of the arrays.</summary>
    public IEnumerable<string> Names => _entries.Keys;

    /// <summary>Puts an array in: its numbers row by row and its shape, by default a row of them all.</summary>
    public void Add<T>(string name, ReadOnlySpan<T> values, IReadOnlyList<long>? shape = null)
        where T : unmanaged =>
        _entries.Add(name, new Entry(TypeName<T>(), shape ?? [values.Length], MemoryMarshal.AsBytes(values).ToArray()));

    /// <summary>The numbers of an array, row by row.</summary>
    /// <exception cref="FormatException">It is not there, or of another type.</exception>
    public T[] Get<T>(string name)
        where T : unmanaged =>
        _entries.TryGetValue(name, out var entry) && entry.Type == TypeName<T>()
            ? MemoryMarshal.Cast<byte, T>(entry.Data.Span).ToArray()
            : throw new FormatException($"it has no '{name}' of type {TypeName<T>()}");

    /// <summary>The shape of an array that is there.</summary>
    public IReadOnlyList<long> ShapeOf(string name) => _entries[name].Shape;

    /// <summary>The type of the numbers of an array that is there, as the header names it: <c>F32</c>.</summary>
    public string TypeOf(string name) => _entries[name].Type;

    /// <summary>The bytes of an array that is there, little end first, row by row.</summary>
    public ReadOnlyMemory<byte> BytesOf(string name) => _entries[name].Data;

    /// <summary>Writes the file.</summary>
    public void Write(Stream stream)
    {
        var header = Header();
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var entry in _entries.Values)
        {
            stream.Write(entry.Data.Span);
        }
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="EndOfStreamException">It ends too early.</exception>
    /// <exception cref="FormatException">Something in it makes no sense: it has a gap, say, or an array that does not fill its shape.</exception>
    public static SafetensorsFile Parse(ReadOnlyMemory<byte> bytes)
    {
        var file = new SafetensorsFile();
        var header = Part(bytes, LengthBytes, BinaryPrimitives.ReadInt64LittleEndian(Part(bytes, 0, LengthBytes).Span));
        var numbers = bytes[(LengthBytes + header.Length)..];
        var places = new List<(long Start, long End)>();
        try
        {
            using var document = JsonDocument.Parse(header);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name == MetadataName)
                {
                    foreach (var word in property.Value.EnumerateObject())
                    {
                        file.Metadata.Add(word.Name, word.Value.GetString()!);
                    }
                }
                else
                {
                    long[] Numbers(string name) => [.. property.Value.GetProperty(name).EnumerateArray().Select(number => number.GetInt64())];
                    var (type, shape, offsets) = (property.Value.GetProperty("dtype").GetString()!, Numbers("shape"), Numbers("data_offsets"));
                    file._entries.Add(property.Name, new Entry(type, shape, Part(numbers, offsets[0], offsets[1] - offsets[0])));
                    places.Add((offsets[0], offsets[1]));
                }
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException
            or FormatException or ArgumentException or IndexOutOfRangeException)
        {
            throw new FormatException("its header is no safetensors header", error);
        }

        foreach (var (name, entry) in file._entries)
        {
            var type = ElementType.OfSafetensors(entry.Type);
            if (entry.Shape.Any(size => size < 0) || (type.Size > 0 && StoredTensor.RowByRow(name, type, entry.Shape).StorageLength * type.Size != entry.Data.Length))
            {
                throw new FormatException($"'{name}' is [{string.Join(", ", entry.Shape)}] {entry.Type}, which {entry.Data.Length} bytes are not");
            }
        }

        places.Sort();
        if (!places.Select(place => place.Start).Append(numbers.Length).SequenceEqual(places.Select(place => place.End).Prepend(0)))
        {
            throw new FormatException("its numbers overlap or leave gaps");
        }

        return file;
    }

    private static ReadOnlyMemory<byte> Part(ReadOnlyMemory<byte> bytes, long start, long length) =>
        start < 0 || length < 0 ? throw new FormatException("a part of it has no place")
        : start > bytes.Length || length > bytes.Length - start ? throw new EndOfStreamException()
        : bytes.Slice((int)start, (int)length);

    private byte[] Header()
    {
        using var stream = new MemoryStream();
        // Words are JSON themselves, and are to be read by people: \" instead of \u0022.
        using (var json = new Utf8JsonWriter(stream, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject(MetadataName);
            foreach (var (name, word) in Metadata)
            {
                json.WriteString(name, word);
            }

            json.WriteEndObject();
            var start = 0L;
            foreach (var (name, entry) in _entries)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", entry.Type);
                WriteNumbers("shape", entry.Shape);
                WriteNumbers("data_offsets", [start, start += entry.Data.Length]);
                json.WriteEndObject();
            }

            json.WriteEndObject();

            void WriteNumbers(string name, IEnumerable<long> numbers)
            {
                json.WriteStartArray(name);
                foreach (var number in numbers)
                {
                    json.WriteNumberValue(number);
                }

                json.WriteEndArray();
            }
        }

        return stream.ToArray();
    }

    private static string TypeName<T>() =>
        typeof(T) == typeof(float) ? "F32"
        : typeof(T) == typeof(double) ? "F64"
        : typeof(T) == typeof(long) ? "I64"
        : typeof(T) == typeof(byte) ? "U8"
        : throw new NotSupportedException($"There is no array of {typeof(T)} here.");

    private sealed record Entry(string Type, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Data);
}
