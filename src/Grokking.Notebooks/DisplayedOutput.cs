using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.Formatting;

namespace Grokking.Notebooks;

/// <summary>Something to show under a cell, for hosts that show HTML and for those that do not.</summary>
/// <param name="Text">The plain text.</param>
/// <param name="Html">The same as HTML.</param>
internal sealed record DisplayedOutput(string Text, string Html)
{
    /// <summary>Shows an output of its own; the id serves to replace it.</summary>
    public static void Show(KernelInvocationContext context, DisplayedOutput output, string? id = null) =>
        context.Publish(new DisplayedValueProduced(output.Text, context.Command, output.Formatted(), id));

    /// <summary>Replaces an output that was shown under this id.</summary>
    // Not DisplayedValue.Update: in this version of .NET Interactive it sends another id than Display did.
    public static void Replace(KernelInvocationContext context, DisplayedOutput output, string id) =>
        context.Publish(new DisplayedValueUpdated(output.Text, id, context.Command, output.Formatted()));

    private FormattedValue[] Formatted() => [new(HtmlFormatter.MimeType, Html), new(PlainTextFormatter.MimeType, Text)];
}
