using System.Text;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;

namespace Grokking.Notebooks;

/// <summary>
/// Lets cells print while the kernel answers the editor, or is told to stop. <c>Console.WriteLine</c> holds the lock of
/// <c>Console.Out</c> until its text is sent, for which it needs the lock of the kernel's own writer to standard output; who sends an
/// answer has that one already, and needs, in .NET's console stream on Unix, the lock of <c>Console.Out</c>. Each would wait for the
/// other for ever, and the kernel with them; so this writer gives the first lock up while it sends.
/// </summary>
internal sealed class CellOutput(TextWriter kernel) : TextWriter
{
    private static int _provided;
    private static TextWriter? _installed;

    /// <inheritdoc/>
    public override Encoding Encoding => kernel.Encoding;

    /// <summary>From now on, for every cell of this kernel.</summary>
    public static void Provide(Kernel kernel)
    {
        Install();
        if (Interlocked.Exchange(ref _provided, 1) == 0)
        {
            kernel.AddMiddleware((command, context, next) =>
            {
                if (command is SubmitCode)
                {
                    Install();
                }

                return next(command, context);
            });
        }
    }

    /// <inheritdoc/>
    public override void Write(char value) => Write(value.ToString());

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    /// <inheritdoc/>
    public override void Write(string? value)
    {
        var console = Console.Out;
        var locks = 0;
        while (Monitor.IsEntered(console))
        {
            Monitor.Exit(console);
            locks++;
        }

        try
        {
            kernel.Write(value);
        }
        finally
        {
            for (; locks > 0; locks--)
            {
                Monitor.Enter(console);
            }
        }
    }

    // In one piece, as the kernel's: between two, other threads may print.

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write(value + NewLine);

    /// <inheritdoc/>
    public override void WriteLine(bool value) => WriteLine(value.ToString());

    /// <inheritdoc/>
    public override void WriteLine(char value) => WriteLine(value.ToString());

    /// <inheritdoc/>
    public override void WriteLine(int value) => WriteLine(value.ToString(FormatProvider));

    /// <inheritdoc/>
    public override void WriteLine(long value) => WriteLine(value.ToString(FormatProvider));

    /// <inheritdoc/>
    public override void WriteLine(float value) => WriteLine(value.ToString(FormatProvider));

    /// <inheritdoc/>
    public override void WriteLine(double value) => WriteLine(value.ToString(FormatProvider));

    // Between two cells the kernel takes its writer away, and what was put over it.
    private static void Install()
    {
        if (Console.Out != _installed)
        {
            Console.SetOut(new CellOutput(Console.Out));
            _installed = Console.Out;
        }
    }
}
