using System.IO.Compression;
using System.Text.Json;

namespace Grokking.Tests.Models;

/// <summary>The files that <c>Reference/tiny_network.py</c> made with PyTorch, and others made of their records.</summary>
internal static class TinyNetwork
{
    /// <summary>What PyTorch computes with the network.</summary>
    public static JsonElement Record { get; } = JsonDocument.Parse(System.IO.File.ReadAllText(File(".json"))).RootElement;

    /// <summary>A file's path: <c>-legacy.pth</c>.</summary>
    public static string File(string ending) => Path.Combine(AppContext.BaseDirectory, "Reference", $"tiny-network{ending}");

    /// <summary>The records of <c>tiny-network.pth</c> by their names within the archive's folder.</summary>
    public static Dictionary<string, byte[]> Records()
    {
        using var archive = ZipFile.OpenRead(File(".pth"));
        return archive.Entries.ToDictionary(entry => entry.FullName["tiny-network/".Length..], entry =>
        {
            using var stream = entry.Open();
            var bytes = new byte[entry.Length];
            stream.ReadExactly(bytes);
            return bytes;
        });
    }

    /// <summary>The same records as a machine of the other byte order writes them.</summary>
    public static Dictionary<string, byte[]> BigEndianRecords()
    {
        var records = Records().ToDictionary(
            record => record.Key,
            record => record.Key.StartsWith("data/", StringComparison.Ordinal) ? [.. record.Value.Chunk(4).SelectMany(number => number.Reverse())] : record.Value);
        records["byteorder"] = "big"u8.ToArray();
        return records;
    }

    /// <summary>Writes an archive of records.</summary>
    public static void Write(string path, IEnumerable<KeyValuePair<string, byte[]>> records, CompressionLevel compression = CompressionLevel.NoCompression)
    {
        using var archive = new ZipArchive(System.IO.File.Create(path), ZipArchiveMode.Create);
        foreach (var (name, bytes) in records)
        {
            using var stream = archive.CreateEntry($"archive/{name}", compression).Open();
            stream.Write(bytes);
        }
    }
}
