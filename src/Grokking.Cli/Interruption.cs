using System.Runtime.InteropServices;

namespace Grokking.Cli;

/// <summary>Ctrl+C: the first asks the work to stop, the second ends the process at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration _registration;

    /// <param name="asked">Called once, when the work is asked to stop.</param>
    public Interruption(Action asked) =>
        _registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            signal.Cancel = true;
            asked();
            _stop.CancelAsync();
        });

    /// <summary>Signalled by the first Ctrl+C.</summary>
    public CancellationToken Token => _stop.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        _registration.Dispose();
        _stop.Dispose();
    }
}
