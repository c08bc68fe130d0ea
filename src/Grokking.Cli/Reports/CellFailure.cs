using System.Reflection;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Events;

namespace Grokking.Cli.Reports;

/// <summary>What a reader needs of a failed command: the exception itself, and only the frames of their own code.</summary>
internal static class CellFailure
{
    /// <summary>The name of an error that no exception stands behind.</summary>
    public const string CompilerError = "Error";

    public static ErrorOutput Describe(CommandFailed failed)
    {
        if (failed.Exception is null or CodeSubmissionCompilationErrorException)
        {
            return new ErrorOutput(CompilerError, failed.Message, []);
        }

        var exception = failed.Exception is TargetInvocationException or TypeInitializationException or AggregateException
            ? failed.Exception.GetBaseException()
            : failed.Exception;
        var frames = exception.ToString().ReplaceLineEndings("\n").Split('\n')
            .Where(line => line.StartsWith("   at ", StringComparison.Ordinal) || line.StartsWith(" ---> ", StringComparison.Ordinal))
            .Where(line => !line.Contains("Microsoft.CodeAnalysis.Scripting", StringComparison.Ordinal));
        return new ErrorOutput(exception.GetType().Name, exception.Message, [.. frames]);
    }
}
