using System.Xml;
using System.Xml.Linq;

namespace Grokking.Runtime;

/// <summary>The NuGet package folder, where libtorch and the notebooks' kernel stay.</summary>
internal static class PackageFolder
{
    private static readonly string[] ConfigurationFiles = ["nuget.config", "NuGet.config", "NuGet.Config"];

    /// <summary>
    /// Where it can be, the first that has something counts: around an assembly that was loaded out of its package, then as NuGet
    /// looks for it: in <c>NUGET_PACKAGES</c>, in a configuration's <c>globalPackagesFolder</c>, in the user's home
    /// (https://learn.microsoft.com/nuget/consume-packages/managing-the-global-packages-and-cache-folders).
    /// </summary>
    /// <param name="assembly">The assembly's file.</param>
    public static string[] Candidates(string assembly) =>
    [
        .. ((string?[])[Around(assembly), Environment.GetEnvironmentVariable("NUGET_PACKAGES"), .. Configurations(assembly).Select(Configured), InHome])
            .OfType<string>().Where(Path.IsPathRooted).Select(Path.TrimEndingDirectorySeparator).Distinct(),
    ];

    /// <summary>Where packages that are fetched go: the first of the candidates.</summary>
    /// <exception cref="IOException">There is none.</exception>
    public static string Of(string assembly) => Candidates(assembly).FirstOrDefault()
        ?? throw new IOException("There is no home folder, and so no NuGet package folder; set HOME to a folder that is there, or NUGET_PACKAGES to an absolute path.");

    /// <summary>Empty for a user whom the system does not know.</summary>
    public static string Home => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    private static string InHome => Path.Combine(Home, ".nuget", "packages");

    /// <summary>Of <c>FOLDER/grokking/1.2.3/lib/net10.0/Grokking.dll</c>, the folder.</summary>
    internal static string? Around(string assembly)
    {
        var framework = Path.GetDirectoryName(assembly);
        var lib = Path.GetDirectoryName(framework);
        var package = Path.GetDirectoryName(Path.GetDirectoryName(lib));
        return Path.GetFileName(lib) == "lib" && Path.GetFileName(package) == Path.GetFileNameWithoutExtension(assembly).ToLowerInvariant()
            ? Path.GetDirectoryName(package)
            : null;
    }

    /// <summary>The folder that a configuration names; null where it names none, or is none.</summary>
    internal static string? Configured(string configuration)
    {
        try
        {
            var named = XDocument.Load(configuration).Root?.Element("config")?.Elements("add")
                .FirstOrDefault(entry => (string?)entry.Attribute("key") == "globalPackagesFolder")?.Attribute("value");
            return named is null ? null : Path.GetFullPath(Environment.ExpandEnvironmentVariables(named.Value), Path.GetDirectoryName(configuration)!);
        }
        catch (Exception unreadable) when (unreadable is XmlException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    // From the assembly's folder upwards, then the user's.
    private static IEnumerable<string> Configurations(string assembly)
    {
        List<string> folders = [];
        for (var folder = Path.GetDirectoryName(assembly); !string.IsNullOrEmpty(folder); folder = Path.GetDirectoryName(folder))
        {
            folders.Add(folder);
        }

        folders.Add(OperatingSystem.IsWindows()
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "NuGet")
            : Path.Combine(Home, ".nuget", "NuGet"));
        return folders.SelectMany(_ => ConfigurationFiles, Path.Combine).Where(Path.IsPathRooted).Where(File.Exists);
    }
}
