using Grokking.Cli;

namespace Grokking.Reports;

/// <summary>A request that makes no sense. Its message is the one sentence the caller reads.</summary>
internal sealed class RequestException(string message) : Exception(message)
{
    /// <summary>Does work whose requests may make no sense; then says so.</summary>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> OrDoneAsync(Func<Task<int>> work)
    {
        try
        {
            return await work();
        }
        catch (RequestException refused)
        {
            Console.Error.WriteLine(refused.Message);
            return ExitCode.Refused;
        }
    }

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
}
