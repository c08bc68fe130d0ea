namespace Grokking.Training.Fused;

/// <summary>
/// Threads that run one piece of work together and meet at barriers on the way. Barriers are a few microseconds apart in
/// a training step, so a waiting thread spins for a moment before it lets others run; a longer wait for work is slept through.
/// </summary>
internal sealed class ThreadTeam : IDisposable
{
    // Some 50 µs: longer than a phase of a step should keep its fellows waiting on cores of their own.
    private const int Spins = 2_000;

    // Some 0.5 ms: what the trainer does between two epochs. To wake a sleeping thread takes as long as a step.
    private const int SpinsBetweenPieces = 20_000;

    private readonly object _gate = new();
    private Action<int> _work = _ => { };
    private volatile int _piece;
    private volatile int _barrier;
    private volatile bool _stopped;
    private int _arrived;

    /// <summary>A team of <paramref name="size"/> threads: the caller of <see cref="Run"/> and <c>size − 1</c> of its own.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than 1.</exception>
    public ThreadTeam(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        Size = size;
        for (var member = 1; member < size; member++)
        {
            var index = member;
            new Thread(() => Serve(index)) { IsBackground = true, Name = $"Training {index}" }.Start();
        }
    }

    /// <summary>The number of threads.</summary>
    public int Size { get; }

    /// <summary>Has every thread do the work, each with its index from 0 on, and returns when all have.</summary>
    /// <param name="work">Must not throw: the other threads would wait for ever.</param>
    /// <exception cref="ObjectDisposedException">The team's threads have ended.</exception>
    public void Run(Action<int> work)
    {
        ObjectDisposedException.ThrowIf(_stopped, this);
        lock (_gate)
        {
            _work = work;
            _piece++;
            Monitor.PulseAll(_gate);
        }

        work(0);
        Barrier();
    }

    /// <summary>Waits until every thread is here. What any of them wrote before, all of them see after.</summary>
    public void Barrier()
    {
        var barrier = _barrier;
        if (Interlocked.Increment(ref _arrived) == Size)
        {
            _arrived = 0;
            _barrier = barrier + 1;
            return;
        }

        for (var spin = 0; _barrier == barrier; spin++)
        {
            if (spin < Spins)
            {
                Thread.SpinWait(1);
            }
            else
            {
                Thread.Yield();
            }
        }
    }

    /// <summary>Ends the team's own threads.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            _piece++;
            Monitor.PulseAll(_gate);
        }
    }

    private void Serve(int member)
    {
        for (var piece = 0; ; piece++)
        {
            for (var spin = 0; spin < SpinsBetweenPieces && _piece == piece; spin++)
            {
                Thread.SpinWait(1);
            }

            lock (_gate)
            {
                while (_piece == piece)
                {
                    Monitor.Wait(_gate);
                }
            }

            if (_stopped)
            {
                return;
            }

            _work(member);
            Barrier();
        }
    }
}
