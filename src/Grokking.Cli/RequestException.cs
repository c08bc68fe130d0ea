namespace Grokking.Cli;

/// <summary>A request that makes no sense. Its message is the one sentence the caller reads.</summary>
internal sealed class RequestException(string message) : Exception(message)
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
