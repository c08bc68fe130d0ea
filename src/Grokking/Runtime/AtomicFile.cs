using System.Security.Cryptography;
using System.Text;

namespace Grokking.Runtime;

/// <summary>
/// The one way in which a file is written: whole or not at all. A temporary file of an exclusive name in the target's folder is
/// filled, flushed to the disk and renamed over the target. A link stays a link and what it leads to is written; the mode stays.
/// </summary>
internal static class AtomicFile
{
    /// <summary>Writes text as UTF-8.</summary>
    /// <exception cref="IOException">The disk refuses; the target is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the target may not be written.</exception>
    public static void Write(string path, string text) =>
        Write(path, stream => stream.Write(new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetBytes(text)));

    /// <summary>Writes what the function writes.</summary>
    /// <exception cref="IOException">The disk refuses; the target is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the target may not be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var target = Target(path);
        RequireFile(path, target);
        if (Path.GetDirectoryName(target) is { } folder && !Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no folder {folder}.");
        }

        var temporary = Temporary(target);
        // Not within the try: a file of this name that is there already is somebody else's.
        using var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        try
        {
            write(stream);
            // Before the rename: a power cut could otherwise leave the name without the contents.
            stream.Flush(flushToDisk: true);
            stream.Close();
            KeepMode(target, temporary);
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Makes the folder where it is missing, and tries just what <see cref="Write(string, Action{Stream})"/> will need.</summary>
    /// <exception cref="IOException">The file can't be written: its name, its folder or the disk stands in the way.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the target may not be written.</exception>
    public static void RequireWritable(string path)
    {
        if (Path.GetFileName(path).Length == 0 || Directory.Exists(path))
        {
            throw new IOException($"{path} is a folder; it has to name a file.");
        }

        var target = Target(path);
        RequireFile(path, target);
        if (path.Contains('\uFFFD', StringComparison.Ordinal))
        {
            throw new IOException("Its name is not in UTF-8.");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        using (new FileStream(Temporary(target), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
        {
        }

        // A name that the file system does not take fails here, and one that is free is not there.
        try
        {
            File.OpenHandle(target, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
        }
        catch (FileNotFoundException)
        {
        }
    }

    /// <summary>Makes sure that nothing would be renamed over a device or a pipe.</summary>
    public static void RequireFile(string path, string target)
    {
        string[] systems = ["/dev/", "/proc/", "/sys/"];
        if (OperatingSystem.IsWindows() || new FileInfo(target) is not { Exists: true, Length: 0 })
        {
            return;
        }

        var isDevice = Array.Exists(systems, system => target.StartsWith(system, StringComparison.Ordinal)) && !target.StartsWith("/dev/shm/", StringComparison.Ordinal);
        // To open for both does not wait for a pipe's other end.
        using var stream = isDevice ? null : new FileStream(target, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        if (stream is not { CanSeek: true })
        {
            throw new IOException($"{path} is a device or a pipe; it has to name a file.");
        }
    }

    /// <summary>The file itself, where the path is a link to it, or a link to a link.</summary>
    public static string Target(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
    }

    /// <summary>Whether the file is there and begins with these words; a device or a pipe does not.</summary>
    public static bool BeginsWith(string path, string words)
    {
        var target = Target(path);
        if (new FileInfo(target) is not { Exists: true, Length: > 0 })
        {
            return false;
        }

        using var reader = new StreamReader(target);
        var start = new char[words.Length];
        return new string(start, 0, reader.ReadBlock(start)) == words;
    }

    /// <summary>A hidden name beside a file, for what belongs to it; not the file's own with something behind it, which may be longer than the file system allows.</summary>
    /// <param name="target">The file.</param>
    /// <param name="ending">What the name ends with.</param>
    public static string Beside(string target, string ending) => Path.Combine(
        Path.GetDirectoryName(target)!, $".{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFileName(target))))[..16]}.{ending}");

    /// <summary>Deletes the temporary files that writers of this file left when they were killed; for its one owner.</summary>
    public static void RemoveLeftovers(string target)
    {
        foreach (var leftover in Directory.GetFiles(Path.GetDirectoryName(target)!, Path.GetFileName(Beside(target, "*.tmp"))))
        {
            File.Delete(leftover);
        }
    }

    private static string Temporary(string target) => Beside(target, $"{Guid.NewGuid():N}.tmp");

    private static void KeepMode(string target, string temporary)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(target))
        {
            File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
        }
    }
}
