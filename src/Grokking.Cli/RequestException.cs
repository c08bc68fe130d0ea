namespace Grokking.Cli;

/// <summary>A request that makes no sense. Its message is the one sentence the caller reads.</summary>
internal sealed class RequestException(string message) : Exception(message)
{
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
