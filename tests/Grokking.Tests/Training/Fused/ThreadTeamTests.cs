using Grokking.Training.Fused;

namespace Grokking.Tests.Training.Fused;

public sealed class ThreadTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(7)]
    public void Every_member_does_the_work_once(int size)
    {
        using var team = new ThreadTeam(size);
        var runs = new int[size];
        for (var run = 1; run <= 100; run++)
        {
            team.Run(member => runs[member]++);
            Assert.All(runs, count => Assert.Equal(run, count));
        }
    }

    /// <summary>Each member adds what its neighbour wrote before the barrier; a barrier that lets one through early adds less.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void What_is_written_before_a_barrier_is_seen_by_all_after_it(int size)
    {
        using var team = new ThreadTeam(size);
        var (written, sums) = (new int[size], new int[size]);
        for (var run = 1; run <= 50; run++)
        {
            team.Run(member =>
            {
                for (var round = 1; round <= 10; round++)
                {
                    written[member] = round;
                    team.Barrier();
                    sums[member] += written[(member + 1) % size];
                    team.Barrier();
                }
            });
            Assert.All(sums, sum => Assert.Equal(55 * run, sum));
        }
    }

    [Fact]
    public void Its_threads_end_whenever_it_is_disposed()
    {
        for (var round = 0; round < 200; round++)
        {
            var team = new ThreadTeam(4);
            // Disposed before a thread has started, right after work, and after some.
            for (var run = 0; run < round % 3; run++)
            {
                team.Run(_ => { });
            }

            team.Dispose();
            team.Dispose();
        }

        TeamThreads.AssertNone();
    }

    [Fact]
    public void A_team_that_has_slept_wakes_up()
    {
        using var team = new ThreadTeam(3);
        team.Run(_ => { });
        TeamThreads.AssertAsleep(2);
        var runs = new int[3];
        team.Run(member => runs[member]++);
        Assert.Equal([1, 1, 1], runs);
    }

    [Fact]
    public void Work_for_a_team_that_has_ended_is_refused()
    {
        var team = new ThreadTeam(2);
        team.Dispose();
        Assert.Throws<ObjectDisposedException>(() => team.Run(_ => { }));
    }

    [Fact]
    public void A_team_of_none_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new ThreadTeam(0));
}
