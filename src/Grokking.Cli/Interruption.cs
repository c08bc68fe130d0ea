using System.Runtime.InteropServices;

namespace Grokking.Cli;

/// <summary>Ctrl+C, or another signal that asks a process to end: the first asks the work to stop, the second ends the process at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;

    /// <param name="asked">Called once, when the work is asked to stop.</param>
    public Interruption(Action asked)
        : this(asked, PosixSignal.SIGINT)
    {
    }

    private Interruption(Action asked, params PosixSignal[] signals) =>
        _registrations = [.. signals.Select(kind => PosixSignalRegistration.Create(kind, signal =>
        {
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            signal.Cancel = true;
            ExitCode = 128 + kind switch { PosixSignal.SIGHUP => 1, PosixSignal.SIGTERM => 15, _ => 2 };
            asked();
            _stop.CancelAsync();
        }))];

    /// <summary>Signalled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>128 and the number of the signal that came.</summary>
    public int ExitCode { get; private set; } = Cli.ExitCode.Stopped;

    /// <summary>Also for a terminal that is closed and for a service that is stopped.</summary>
    public static Interruption ByAnySignal(Action asked) => new(asked, PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP);

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
