using System.CommandLine;
using System.CommandLine.Invocation;

namespace Grokking.Cli;

/// <summary>What is wrong with a command line, in one sentence: the parser's help would push it off the screen.</summary>
internal static class Refusal
{
    private const string Question = "Did you mean one of the following?";

    /// <summary>The first thing that is wrong, with what may have been meant.</summary>
    public static string Sentence(ParseResult request, ParseErrorAction refusal)
    {
        using var text = new StringWriter();
        refusal.ShowHelp = false;
        request.InvocationConfiguration.Output = request.InvocationConfiguration.Error = text;
        refusal.Invoke(request);
        string[] lines = [.. text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        // Short words are like any others; and an option that lacks its value is the mistake before all that follows it.
        return lines is [var unknown, var similar, ..] && unknown.EndsWith(Question, StringComparison.Ordinal) && similar.Length > 2
            && !request.Errors.Any(error => error.Message.Contains("missing for option", StringComparison.Ordinal))
            ? $"There is no {unknown.Split(' ')[0]}; did you mean {similar}?"
            : request.Errors[0].Message;
    }
}
