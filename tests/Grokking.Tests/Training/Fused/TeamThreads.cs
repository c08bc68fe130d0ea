namespace Grokking.Tests.Training.Fused;

/// <summary>The threads of teams that live in this process, as Linux shows them.</summary>
internal static class TeamThreads
{
    // A thread ends, or falls asleep, some time after it was told to; on a busy machine that is long.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static void AssertNone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The names of threads are read from /proc.");
        Assert.True(SpinWait.SpinUntil(() => States().Length == 0, Patience), "Some of the team's threads did not end.");
    }

    public static void AssertAsleep(int count)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The states of threads are read from /proc.");
        Assert.True(
            SpinWait.SpinUntil(() => States() is var states && states.Length == count && states.All(state => state == 'S'), Patience),
            "The team's threads did not fall asleep.");
    }

    /// <summary>A letter a thread: R runs, S sleeps.</summary>
    private static char[] States() => [.. Directory.GetDirectories("/proc/self/task").SelectMany(State)];

    // A line such as "4711 (Training 1) S …".
    private static IEnumerable<char> State(string task)
    {
        try
        {
            var line = File.ReadAllText(Path.Combine(task, "stat"));
            return line.Contains("(Training ", StringComparison.Ordinal) ? [line[line.LastIndexOf(')') + 2]] : [];
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return [];
        }
    }
}
