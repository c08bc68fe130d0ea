namespace Grokking.Runtime;

/// <summary>The NuGet package folder, where libtorch and the notebooks' kernel stay.</summary>
internal static class PackageFolder
{
    /// <summary>
    /// Where it can be, the first that has something counts: around an assembly that was loaded out of its package, in
    /// <c>NUGET_PACKAGES</c>, in the user's home.
    /// </summary>
    /// <param name="assembly">The assembly's file.</param>
    public static string[] Candidates(string assembly) =>
    [
        .. new[] { Around(assembly), Environment.GetEnvironmentVariable("NUGET_PACKAGES"), InHome }
            .OfType<string>().Where(Path.IsPathRooted).Select(Path.TrimEndingDirectorySeparator).Distinct(),
    ];

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
}
