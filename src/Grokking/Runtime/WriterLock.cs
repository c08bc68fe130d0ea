using System.Globalization;
using System.Text;

namespace Grokking.Runtime;

/// <summary>
/// The right to write a file that is written again and again, held until it is disposed of or the process ends, however that may be.
/// It is the operating system's lock on a small file beside the other, which itself is renamed over.
/// </summary>
/// <remarks>
/// On Linux and Windows a region beyond the small file's text is locked (<c>fcntl</c>, <c>LockFileEx</c>), so that others can read
/// who has it; on macOS, where .NET has no such lock, the file as a whole (<c>flock</c>). The small file stays: to delete it would
/// let two processes hold locks on two files of one name.
/// </remarks>
internal sealed class WriterLock : IDisposable
{
    private const long BeyondTheText = 1 << 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    // fcntl's locks are a process's: within one, this is what tells two owners apart.
    private static readonly HashSet<string> Held = [];

    private readonly FileStream _stream;
    private readonly string _name;

    private WriterLock(FileStream stream, string name) => (_stream, _name) = (stream, name);

    /// <summary>Takes the right to write a file.</summary>
    /// <param name="path">The file, which need not be there yet.</param>
    /// <param name="wait">How long to wait where another process has it.</param>
    /// <param name="waiting">Told once who has it, where there is a wait for that.</param>
    /// <exception cref="FileInUseException">Another has it; the message says who.</exception>
    /// <exception cref="IOException">The folder can't be written.</exception>
    public static WriterLock Take(string path, TimeSpan wait = default, Action<string>? waiting = null)
    {
        var target = AtomicFile.Target(path);
        var name = AtomicFile.Beside(target, "lock");
        Directory.CreateDirectory(Path.GetDirectoryName(name)!);
        var patience = DateTime.UtcNow + wait;
        while (true)
        {
            if (TakeOrNull(name) is { } taken)
            {
                AtomicFile.RemoveLeftovers(target);
                return taken;
            }

            if (DateTime.UtcNow >= patience)
            {
                throw new FileInUseException($"{path} is being written by {OwnerOf(name)}; wait for its end, or name another file.");
            }

            waiting?.Invoke(OwnerOf(name));
            waiting = null;
            Thread.Sleep(Pause);
        }
    }

    /// <summary>Gives the right up.</summary>
    public void Dispose()
    {
        _stream.Dispose();
        lock (Held)
        {
            Held.Remove(_name);
        }
    }

    private static WriterLock? TakeOrNull(string name)
    {
        lock (Held)
        {
            if (!Held.Add(name))
            {
                return null;
            }
        }

        FileStream? stream = null;
        try
        {
            if (new FileInfo(name).LinkTarget is not null)
            {
                throw new IOException($"{name}, where its lock goes, is a link; delete that.");
            }

            AtomicFile.RequireFile(name, name);
            stream = new FileStream(name, FileMode.OpenOrCreate, FileAccess.ReadWrite, OperatingSystem.IsMacOS() ? FileShare.None : FileShare.ReadWrite);
            if (!OperatingSystem.IsMacOS())
            {
                stream.Lock(BeyondTheText, 1);
            }

            stream.SetLength(0);
            stream.Write(Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName} since {DateTime.UtcNow:yyyy-MM-dd HH:mm:ss} UTC")));
            stream.Flush();
            return new WriterLock(stream, name);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            stream?.Dispose();
            lock (Held)
            {
                Held.Remove(name);
            }

            // Where it is the lock that fails, somebody has it; of a folder or a file that can't be written there is more to say.
            if (stream is not null || (OperatingSystem.IsMacOS() && File.Exists(name)))
            {
                return null;
            }

            throw;
        }
    }

    private static string OwnerOf(string name)
    {
        try
        {
            using var stream = new FileStream(name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var text = new byte[200];
            return Encoding.UTF8.GetString(text, 0, stream.Read(text)) is { Length: > 0 } owner ? owner : "another process";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }
}

/// <summary>Another process has the right to write a file.</summary>
internal sealed class FileInUseException(string message) : IOException(message);
