using System.Text.RegularExpressions;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.Formatting;

namespace Grokking.Notebooks;

/// <summary>
/// Says what to do when a cell uses a name that a cell further up would have made: to the compiler it only "does not
/// exist in the current context".
/// </summary>
internal static partial class MissingNames
{
    private static int _explaining;

    public static void Explain(Kernel kernel)
    {
        if (Interlocked.Exchange(ref _explaining, 1) == 0)
        {
            kernel.KernelEvents.Subscribe(new Observer<KernelEvent>(Explain));
        }
    }

    private static void Explain(KernelEvent value)
    {
        // An editor asks for diagnostics while one types; only a cell that was run deserves an answer.
        if (value is not DiagnosticsProduced { Command: SubmitCode } produced)
        {
            return;
        }

        var names = produced.Diagnostics
            .Where(diagnostic => diagnostic.Code == "CS0103")
            .OrderBy(diagnostic => (diagnostic.LinePositionSpan.Start.Line, diagnostic.LinePositionSpan.Start.Character))
            .Select(diagnostic => Quoted().Match(diagnostic.Message).Groups[1].Value)
            .Distinct()
            .ToArray();
        if (names.Length > 0)
        {
            KernelInvocationContext.Current?.Publish(new StandardErrorValueProduced(
                produced.Command,
                [new FormattedValue(
                    PlainTextFormatter.MimeType,
                    $"{string.Join(", ", names)}: not made yet. Run the cells above this one first, from the top.\n")]));
        }
    }

    [GeneratedRegex("'(.*?)'")]
    private static partial Regex Quoted();
}
