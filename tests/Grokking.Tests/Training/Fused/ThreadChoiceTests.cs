using Grokking.Training.Fused;

namespace Grokking.Tests.Training.Fused;

/// <summary>The choice on machines whose every step's time is known.</summary>
public sealed class ThreadChoiceTests
{
    private const int Equations = 512;

    [Fact]
    public void On_a_quiet_machine_nearly_all_steps_have_all_cores()
    {
        Assert.InRange(SlowerThanBest(2, _ => [0.78, 0.48]), 1, 1.03);
        Assert.InRange(SlowerThanBest(8, _ => [0.8, 0.45, 0.35, 0.3, 0.28, 0.26, 0.25, 0.24]), 1, 1.05);
    }

    [Fact]
    public void Beside_a_busy_neighbour_nearly_all_steps_have_one() => Assert.InRange(SlowerThanBest(2, _ => [0.78, 1.6]), 1, 1.05);

    // The neighbour has the core in slices of 3 ms: two threads are fast in every other one.
    [Fact]
    public void Slices_of_a_core_are_averaged_over() =>
        Assert.InRange(SlowerThanBest(2, clock => [0.78, (int)(clock / 3) % 2 == 0 ? 0.48 : 2.6]), 1, 1.06);

    [Fact]
    public void Where_more_is_a_little_slower_fewer_are_found() => Assert.InRange(SlowerThanBest(2, _ => [0.82, 0.88]), 1, 1.03);

    [Fact]
    public void Of_eight_cores_the_four_that_are_free_are_used() =>
        Assert.InRange(SlowerThanBest(8, _ => [0.8, 0.45, 0.36, 0.3, 0.9, 1.0, 1.1, 1.2]), 1, 1.06);

    // A quota of one core, in periods of 100 ms: who has used it up waits for the next one. Two threads use it up in half the time,
    // and leave one that follows them without any for a while.
    [Theory]
    [InlineData(0.78, 0.48)]
    [InlineData(1.5, 0.9)]
    [InlineData(3, 1.7)]
    public void A_quota_that_lets_one_run_ahead_for_a_while_is_seen_through(double one, double two)
    {
        var choice = new ThreadChoice(2);
        var (clock, used, steps) = (0.0, 0.0, 0);
        for (var period = 0.0; clock < 60_000; steps++)
        {
            var began = clock;
            if (clock >= period + 100)
            {
                (period, used) = (Math.Floor(clock / 100) * 100, 0);
            }

            var length = choice.Threads == 1 ? one : two;
            (clock, used) = (clock + length, used + (choice.Threads * length));
            if (used >= 100)
            {
                (clock, used, period) = (period + 100, used - 100, period + 100);
            }

            choice.Took(TimeSpan.FromMilliseconds(clock - began), Equations);
        }

        Assert.InRange(clock / (steps * one), 1, 1.03);
    }

    [Fact]
    public void A_neighbour_that_comes_or_goes_is_noticed_within_seconds()
    {
        // It is there from 20 to 40 seconds. Who always takes the better number does 108,974 steps, who keeps to two 95,833.
        Assert.InRange(SlowerThanBest(2, clock => clock is > 20_000 and < 40_000 ? [0.78, 1.6] : [0.78, 0.48]), 95_833.0 / 108_974, 1.03 * 95_833 / 108_974);
    }

    [Fact]
    public void A_core_that_falls_free_is_taken_at_once()
    {
        var choice = new ThreadChoice(1);
        Assert.Equal(1, choice.Threads);
        choice.Most = 2;
        for (var step = 0; step < 600; step++)
        {
            choice.Took(TimeSpan.FromMilliseconds(choice.Threads == 1 ? 0.78 : 0.48), Equations);
        }

        Assert.Equal(2, choice.Threads);
        choice.Most = 1;
        Assert.Equal(1, choice.Threads);
    }

    /// <summary>A minute of steps: how much longer they took than with the fixed number that is best over the whole.</summary>
    /// <param name="most">Cores.</param>
    /// <param name="milliseconds">Given the time in ms, that of a step with one thread, with two, and so on.</param>
    private static double SlowerThanBest(int most, Func<double, double[]> milliseconds)
    {
        const double Minute = 60_000;
        var choice = new ThreadChoice(most);
        var (clock, steps) = (0.0, 0);
        for (; clock < Minute; steps++)
        {
            var step = milliseconds(clock)[choice.Threads - 1];
            clock += step;
            choice.Took(TimeSpan.FromMilliseconds(step), Equations);
        }

        var best = Enumerable.Range(0, most).Max(fixedNumber =>
        {
            var (time, count) = (0.0, 0);
            for (; time < Minute; count++)
            {
                time += milliseconds(time)[fixedNumber];
            }

            return count;
        });
        return (double)best / steps;
    }
}
