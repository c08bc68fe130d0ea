using System.Runtime.InteropServices;

namespace Grokking.Cli;

/// <summary>
/// Ctrl+C, or a signal that asks the process to end (SIGTERM) or says that its terminal is gone (SIGHUP): the first asks the work to
/// stop, the second ends the process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;

    /// <param name="asked">Called once, when the work is asked to stop.</param>
    public Interruption(Action asked) => _registrations =
    [
        .. new[] { (PosixSignal.SIGINT, 2), (PosixSignal.SIGTERM, 15), (PosixSignal.SIGHUP, 1) }.Select(entry => PosixSignalRegistration.Create(entry.Item1, signal =>
        {
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            signal.Cancel = true;
            ExitCode = 128 + entry.Item2;
            asked();
            _stop.CancelAsync();
        })),
    ];

    /// <summary>Signalled by the first of them.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>What a process ends with that a signal has ended: 128 and the signal's number; 130, that of Ctrl+C, where there was none.</summary>
    public int ExitCode { get; private set; } = Cli.ExitCode.Stopped;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _stop.Dispose();
    }
}
