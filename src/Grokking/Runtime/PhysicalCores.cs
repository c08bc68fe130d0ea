namespace Grokking.Runtime;

/// <summary>The cores that arithmetic can keep busy; a second hardware thread of a core adds nothing to it.</summary>
internal static class PhysicalCores
{
    /// <summary>The physical cores of this machine, or the processors that .NET may use where those are fewer or unknown.</summary>
    public static int Count { get; } = Math.Min(Environment.ProcessorCount, Find() ?? Environment.ProcessorCount);

    private static int? Find()
    {
        const string folder = "/sys/devices/system/cpu";
        try
        {
            var cores = Directory.GetDirectories(folder, "cpu*")
                .Select(cpu => Path.Combine(cpu, "topology"))
                .Where(Directory.Exists)
                .Select(topology => (Package: Read(topology, "physical_package_id"), Core: Read(topology, "core_id")))
                .Distinct()
                .Count();
            return cores > 0 ? cores : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        static string Read(string topology, string file) => File.ReadAllText(Path.Combine(topology, file)).Trim();
    }
}
