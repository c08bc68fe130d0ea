namespace Grokking.Benchmarks.Speed;

/// <summary>A quota of processor time for this process, by Linux's control groups; taken off when it is disposed of.</summary>
internal sealed class CpuQuota : IDisposable
{
    private const string Root = "/sys/fs/cgroup";

    private readonly string _folder;

    private CpuQuota(string folder) => _folder = folder;

    /// <summary>One processor's time; null where no group can be made.</summary>
    public static CpuQuota? OneCpu()
    {
        var version1 = Directory.Exists($"{Root}/cpu");
        var folder = $"{Root}{(version1 ? "/cpu" : "")}/grokking-{Environment.ProcessId}";
        try
        {
            Directory.CreateDirectory(folder);
            if (version1)
            {
                File.WriteAllText($"{folder}/cpu.cfs_period_us", "100000");
                File.WriteAllText($"{folder}/cpu.cfs_quota_us", "100000");
            }
            else
            {
                File.WriteAllText($"{folder}/cpu.max", "100000 100000");
            }

            File.WriteAllText($"{folder}/cgroup.procs", $"{Environment.ProcessId}");
            return new CpuQuota(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(_folder)!, "cgroup.procs"), $"{Environment.ProcessId}");
        Directory.Delete(_folder);
    }
}
