using System.Text.RegularExpressions;

namespace Grokking.Reports;

/// <summary>What a reader needs of a failed command, out of the kernel's text: the exception itself, and only the frames of their own code.</summary>
internal static partial class CellFailure
{
    /// <summary>The name of an error that no exception stands behind.</summary>
    public const string CompilerError = "Error";

    /// <summary>The name of an error that ended the kernel.</summary>
    public const string KernelEnded = "The kernel ended";

    /// <summary>What is said of a cell that wants input.</summary>
    public const string AsksItsReader =
        "this cell asks its reader for a value, and a report has nobody to ask; make it a variable of the cell tagged \"parameters\" and give it with --parameter NAME=VALUE";

    /// <summary>The failure of a command.</summary>
    /// <param name="message">What <c>CommandFailed</c> says: the compiler's words, or an exception's <c>ToString</c>.</param>
    public static ErrorOutput Describe(string message)
    {
        message = message.ReplaceLineEndings("\n");
        if (message.Contains("for command: Microsoft.DotNet.Interactive.Commands.RequestInput", StringComparison.Ordinal) || message.Contains(AsksItsReader, StringComparison.Ordinal))
        {
            return new ErrorOutput("Input", AsksItsReader, []);
        }

        if (NoKernel().Match(message) is { Success: true } none)
        {
            return new ErrorOutput(CompilerError, $"there is no kernel {none.Groups[1].Value} here", []);
        }

        if (!Thrown().IsMatch(message))
        {
            return new ErrorOutput(CompilerError, message, []);
        }

        var lines = message.Split('\n');
        // Only what wraps another exception and says nothing itself.
        var inner = Wrapper().IsMatch(message) ? Array.FindLastIndex(lines, line => line.StartsWith(" ---> ", StringComparison.Ordinal)) : -1;
        var first = lines[Math.Max(0, inner)].Replace(" ---> ", "", StringComparison.Ordinal);
        var more = lines.Skip(Math.Max(0, inner) + 1).TakeWhile(line => !line.StartsWith("   at ", StringComparison.Ordinal) && !line.StartsWith(" ---> ", StringComparison.Ordinal) && !line.StartsWith("   --- ", StringComparison.Ordinal));
        var name = first.Split(':')[0];
        var says = string.Join('\n', more.Prepend(first.Length > name.Length + 2 ? first[(name.Length + 2)..] : ""));
        var frames = lines
            .Where(line => line.StartsWith("   at ", StringComparison.Ordinal) || line.StartsWith(" ---> ", StringComparison.Ordinal))
            .Where(line => !line.Contains("Microsoft.CodeAnalysis.Scripting", StringComparison.Ordinal));
        return new ErrorOutput(name[(name.LastIndexOfAny(['.', '+']) + 1)..], says, [.. frames]);
    }

    /// <summary>The end of the kernel's process in the middle of a cell.</summary>
    public static ErrorOutput KernelEnd(KernelProcess kernel) =>
        new(KernelEnded, kernel.Ended!, [.. kernel.Complaint.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n', StringSplitOptions.RemoveEmptyEntries)]);

    [GeneratedRegex(@"^[\w.+`#]+(: |\n).*\n   at ", RegexOptions.Singleline)]
    private static partial Regex Thrown();

    [GeneratedRegex(@"^System\.(Reflection\.TargetInvocation|TypeInitialization|Aggregate)Exception")]
    private static partial Regex Wrapper();

    [GeneratedRegex(@"NoSuitableKernelException: No handler registered on kernel (\S+) for command: SubmitCode")]
    private static partial Regex NoKernel();
}
