using System.Diagnostics;
using System.Reflection;
using Grokking.Runtime;

namespace Grokking.Reports;

/// <summary>The files of the kernel that VS Code starts: a package that an ordinary restore of this repository brings.</summary>
internal static class KernelTool
{
    private const string Package = "Microsoft.dotnet-interactive";

    private static readonly string Version = typeof(KernelTool).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "KernelToolVersion").Value!;

    /// <summary>What <c>dotnet</c> runs; it may be missing.</summary>
    public static string File
    {
        get
        {
            var files = PackageFolder.Candidates(typeof(KernelTool).Assembly.Location).Select(folder => Path.Combine(
                folder, Package.ToLowerInvariant(), Version, "tools", "net10.0", "any", "Microsoft.DotNet.Interactive.App.dll"));
            return files.FirstOrDefault(System.IO.File.Exists, files.Last());
        }
    }

    /// <summary>The folder of the kernel's assemblies.</summary>
    public static string Folder => Path.GetDirectoryName(File)!;

    /// <summary>Which kernel it is.</summary>
    public static string Product => $".NET Interactive {FileVersionInfo.GetVersionInfo(Path.Combine(Folder, "Microsoft.DotNet.Interactive.dll")).ProductVersion!.Split('+')[0]}";

    /// <summary>Makes sure that it is there.</summary>
    /// <exception cref="IOException">It is not, and can't be fetched.</exception>
    public static void Fetch()
    {
        if (!System.IO.File.Exists(File))
        {
            PackageRestore.Fetch(Package, Version, "the notebooks' kernel, 230 MB on disk");
        }
    }
}
