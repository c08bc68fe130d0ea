using Grokking.Runtime;

namespace Grokking.Cli;

/// <summary>The right to write a file of a run or a sweep.</summary>
internal static class OwnedFile
{
    /// <summary>Takes it for as long as the process lives, and says so where it has to wait.</summary>
    /// <exception cref="RequestException">Another process has it, or the folder can't be written.</exception>
    public static IDisposable Take(string file, TimeSpan wait)
    {
        try
        {
            return WriterLock.Take(file, wait, owner => Console.Error.WriteLine($"{file} is being written by {owner}; waiting for its end."));
        }
        catch (FileInUseException owned)
        {
            throw new RequestException(owned.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RequestException($"{file} can't be written: {error.Message}");
        }
    }
}
