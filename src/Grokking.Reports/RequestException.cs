namespace Grokking.Reports;

/// <summary>A request that makes no sense. Its message is the one sentence the caller reads.</summary>
public sealed class RequestException(string message) : Exception(message)
{
    /// <summary>What can't be written is the caller's request that makes no sense.</summary>
    public static void OrUnwritable(string file, Action tries)
    {
        try
        {
            tries();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RequestException($"{file} can't be written: {error.Message}");
        }
    }

    /// <summary>What can't be read is the caller's request that makes no sense.</summary>
    public static T OrUnreadable<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception refused) when (refused is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new RequestException(refused.Message);
        }
    }

    /// <summary>What the library refuses because of an argument is the caller's request that makes no sense.</summary>
    public static T Or<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentException refused)
        {
            // .NET adds the parameter's name, which the caller never gave.
            throw new RequestException(refused.Message.Split(" (Parameter '")[0]);
        }
    }
}
