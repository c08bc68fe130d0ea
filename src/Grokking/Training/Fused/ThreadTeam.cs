namespace Grokking.Training.Fused;

/// <summary>
/// Threads that run one piece of work together and meet at barriers on the way. Barriers are a few microseconds apart in
/// a training step, so a waiting thread spins for a moment; a longer wait is slept through, so that a neighbour has the core.
/// </summary>
internal sealed class ThreadTeam : IDisposable
{
    // Some 50 µs: longer than a phase of a step should keep its fellows waiting on cores of their own.
    private const int Spins = 2_000;

    // Some 0.5 ms: what the trainer does between two epochs. To wake a sleeping thread takes as long as a step.
    private const int SpinsBetweenPieces = 20_000;

    private readonly object _gate = new();
    private readonly List<Member> _members = [];
    private Action<int> _work = _ => { };
    private volatile int _barrier;
    private volatile int _asleep;
    private int _arrived;
    private volatile bool _stopped;

    /// <summary>A team of <paramref name="size"/> threads: the caller of <see cref="Run"/> and <c>size − 1</c> of its own.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than 1.</exception>
    public ThreadTeam(int size) => Size = size;

    /// <summary>The number of threads that do the next piece; not to be changed in one. Those that are too many sleep.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than 1.</exception>
    public int Size
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            while (_members.Count < value - 1)
            {
                var (member, index) = (new Member(), _members.Count + 1);
                _members.Add(member);
                new Thread(() => Serve(member, index)) { IsBackground = true, Name = $"Training {index}" }.Start();
            }

            field = value;
        }
    }

    /// <summary>Whether the team's threads have ended.</summary>
    public bool IsDisposed => _stopped;

    /// <summary>Has every thread do the work, each with its index from 0 on, and returns when all have.</summary>
    /// <param name="work">Must not throw: the other threads would wait for ever.</param>
    /// <exception cref="ObjectDisposedException">The team's threads have ended.</exception>
    public void Run(Action<int> work)
    {
        ObjectDisposedException.ThrowIf(_stopped, this);
        _work = work;
        for (var member = 0; member < Size - 1; member++)
        {
            _members[member].Call();
        }

        work(0);
        Barrier();
    }

    /// <summary>Waits until every thread is here. What any of them wrote before, all of them see after.</summary>
    public void Barrier()
    {
        // Before this thread arrives: once all have, the next piece may begin, and with another size.
        var (barrier, size) = (_barrier, Size);
        if (Interlocked.Increment(ref _arrived) == size)
        {
            _arrived = 0;
            _barrier = barrier + 1;
            // Whoever falls asleep says so before it looks at the barrier once more.
            Interlocked.MemoryBarrier();
            if (_asleep > 0)
            {
                lock (_gate)
                {
                    Monitor.PulseAll(_gate);
                }
            }

            return;
        }

        for (var spin = 0; spin < Spins; spin++)
        {
            if (_barrier != barrier)
            {
                return;
            }

            Thread.SpinWait(1);
        }

        lock (_gate)
        {
            Interlocked.Increment(ref _asleep);
            while (_barrier == barrier)
            {
                Monitor.Wait(_gate);
            }

            Interlocked.Decrement(ref _asleep);
        }
    }

    /// <summary>Ends the team's own threads.</summary>
    public void Dispose()
    {
        _stopped = true;
        _members.ForEach(member => member.Call());
    }

    private void Serve(Member member, int index)
    {
        while (true)
        {
            member.Await();
            if (_stopped)
            {
                return;
            }

            _work(index);
            Barrier();
        }
    }

    /// <summary>A thread, as the one who calls it knows it.</summary>
    private sealed class Member
    {
        private volatile bool _called;

        public void Call()
        {
            lock (this)
            {
                _called = true;
                Monitor.Pulse(this);
            }
        }

        /// <summary>Returns when the thread is called.</summary>
        public void Await()
        {
            for (var spin = 0; spin < SpinsBetweenPieces && !_called; spin++)
            {
                Thread.SpinWait(1);
            }

            lock (this)
            {
                while (!_called)
                {
                    Monitor.Wait(this);
                }

                _called = false;
            }
        }
    }
}
