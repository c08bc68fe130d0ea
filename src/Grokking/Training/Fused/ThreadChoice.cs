namespace Grokking.Training.Fused;

/// <summary>
/// How many threads pay, found by trying: a second one halves a step where it has a core of its own, and makes it several times
/// longer where a neighbour wants that core. What is computed does not depend on the number, so another one may be tried at any step.
/// </summary>
/// <remarks>
/// Half and twice as many threads are tried in turns. A trial is longer than the slices in which an operating system shares a core
/// out; what looks better is held to it for longer still, because a quota lets everybody run ahead for a while. A number that did
/// not pay is tried again after twice the time, up to a few seconds; one that suddenly takes longer is called into question at once.
/// What a refused trial leaves behind, the rest of a quota's period without processor time, is not measured.
/// </remarks>
internal sealed class ThreadChoice
{
    private const double Better = 0.97;
    private const double Suddenly = 1.2;
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Trial = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Probation = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);

    // Linux gives a quota's processor time out every 100 ms.
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan OneStep = TimeSpan.FromTicks(1);

    private readonly Dictionary<int, TimeSpan> _patience = [];
    private Trust _trust = Trust.Settled;
    private int _settled;
    private bool _fewer = true;
    private double _cost = double.PositiveInfinity;
    private TimeSpan _since;
    private TimeSpan _spent;
    private long _done;
    private TimeSpan _unmeasured;

    /// <summary>A choice that begins with as many as there may be.</summary>
    /// <param name="most">How many there may be.</param>
    public ThreadChoice(int most) => Most = _settled = Threads = most;

    private enum Trust
    {
        /// <summary>The number that pays.</summary>
        Settled,

        /// <summary>Another one, for a moment.</summary>
        Trying,

        /// <summary>One that looked better, for longer.</summary>
        OnProbation,
    }

    /// <summary>How many there may be.</summary>
    public int Most
    {
        get;
        set
        {
            (field, _settled) = (value, Math.Min(_settled, value));
            // A core that has fallen free is tried at once.
            _patience.Clear();
            Settle(_settled, _cost);
            _since = Soon;
        }
    }

    /// <summary>The number of threads for the next step.</summary>
    public int Threads { get; private set; }

    /// <summary>Takes how long a step took.</summary>
    /// <param name="elapsed">Its time, with <see cref="Threads"/> threads.</param>
    /// <param name="equations">Its equations.</param>
    public void Took(TimeSpan elapsed, int equations)
    {
        if (Most == 1)
        {
            return;
        }

        if (_unmeasured > TimeSpan.Zero)
        {
            _unmeasured -= elapsed;
            return;
        }

        (_spent, _done, _since) = (_spent + elapsed, _done + equations, _since + elapsed);
        var cost = _spent.TotalSeconds / _done;
        switch (_trust)
        {
            case Trust.Settled when _spent >= Window:
                var suddenly = cost > Suddenly * _cost;
                _cost = cost;
                StartOver();
                if (suddenly || _since >= Patience(Other()))
                {
                    Try();
                }

                break;
            case Trust.Trying when _spent >= Trial:
                if (cost < Better * _cost)
                {
                    _trust = Trust.OnProbation;
                    StartOver();
                }
                else
                {
                    Refuse();
                }

                break;
            case Trust.OnProbation when _spent >= Probation:
                if (cost < Better * _cost)
                {
                    _patience.Clear();
                    Settle(Threads, cost);
                }
                else
                {
                    Refuse();
                }

                break;
        }
    }

    /// <summary>The next number to try.</summary>
    private int Other()
    {
        var (fewer, more) = ((_settled + 1) / 2, Math.Min(2 * _settled, Most));
        return fewer == _settled || (!_fewer && more > _settled) ? more : fewer;
    }

    private TimeSpan Patience(int threads) => _patience.GetValueOrDefault(threads, Soon);

    private void Try()
    {
        (_trust, Threads, _unmeasured) = (Trust.Trying, Other(), OneStep);
        StartOver();
    }

    private void Refuse()
    {
        var longer = 2 * Patience(Threads);
        _patience[Threads] = longer < Late ? longer : Late;
        _fewer = !_fewer;
        Settle(_settled, _cost);
        _unmeasured = Period;
    }

    private void Settle(int threads, double cost)
    {
        // The first step with another number wakes threads and fills caches.
        (_trust, _unmeasured, _since) = (Trust.Settled, threads == Threads ? TimeSpan.Zero : OneStep, TimeSpan.Zero);
        (_settled, Threads, _cost) = (threads, threads, cost);
        StartOver();
    }

    private void StartOver() => (_spent, _done) = (TimeSpan.Zero, 0);
}
