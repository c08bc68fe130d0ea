using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.Events;

namespace Grokking.Notebooks;

/// <summary>
/// Lets a cell that is stopped say how far it came. The kernel drops whatever a cell shows once its cancellation has been
/// signalled; so the one who signals is held until the cell has returned.
/// </summary>
internal static class OrderlyStop
{
    // A cell that does not listen is left behind after this; one in the midst of a turn of a Progress.Range does listen.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);
    private static int _provided;

    /// <summary>From now on, for every cell of this kernel.</summary>
    public static void Provide(Kernel kernel)
    {
        if (Interlocked.Exchange(ref _provided, 1) == 0)
        {
            kernel.AddMiddleware((command, context, next) => command is SubmitCode ? RunAsync(command, context, next) : next(command, context));
        }
    }

    private static async Task RunAsync(KernelCommand command, KernelInvocationContext context, KernelPipelineContinuation next)
    {
        // A cell that fails signals its token, too, from within: it has nothing more to say, and must not wait for itself.
        using var over = new ManualResetEventSlim();
        using var failure = context.KernelEvents.Subscribe(new Observer<KernelEvent>(value =>
        {
            if (value is CommandFailed)
            {
                over.Set();
            }
        }));
        using var hold = context.CancellationToken.Register(() => Wait(over));
        try
        {
            await next(command, context);
        }
        finally
        {
            over.Set();
        }
    }

    private static void Wait(ManualResetEventSlim over)
    {
        bool running;
        do
        {
            running = ProgressRange.IsRunning;
        }
        while (!over.Wait(Patience) && (running || ProgressRange.IsRunning));
    }
}
