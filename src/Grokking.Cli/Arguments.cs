namespace Grokking.Cli;

/// <summary>The command line's words as Spectre's parser has to get them.</summary>
internal static class Arguments
{
    private static readonly string[] WithoutValue = ["--help", "--version"];

    /// <summary>
    /// No words are <c>report</c>. A value that is missing is refused here: the strict parser would make one up. And of
    /// <c>--operation -</c>, minus, it would make an option without a name, unless an equals sign stands between.
    /// </summary>
    /// <exception cref="RequestException">An option has no value.</exception>
    public static IReadOnlyList<string> ForParser(string[] words)
    {
        var arguments = new List<string>(words.Length);
        for (var i = 0; i < words.Length; i++)
        {
            var next = i + 1 < words.Length ? words[i + 1] : "";
            if (!words[i].StartsWith("--", StringComparison.Ordinal) || words[i].Contains('=') || WithoutValue.Contains(words[i]))
            {
                arguments.Add(words[i]);
            }
            else if (next.Length == 0 || next.StartsWith("--", StringComparison.Ordinal))
            {
                throw new RequestException($"No value follows {words[i]}.");
            }
            else
            {
                arguments.Add($"{words[i]}={next}");
                i++;
            }
        }

        return arguments.Count == 0 ? ["report"] : arguments;
    }
}
