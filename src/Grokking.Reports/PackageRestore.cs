using System.Diagnostics;
using System.Security;
using Grokking.Runtime;
using static System.FormattableString;

namespace Grokking.Reports;

/// <summary>Brings a package into the NuGet package folder, for a program that was installed without it.</summary>
public static class PackageRestore
{
    /// <summary>Fetches one package, and says so on standard error.</summary>
    /// <param name="package">Its name.</param>
    /// <param name="version">Its version.</param>
    /// <param name="what">What it is, and how large.</param>
    /// <exception cref="IOException">It can't be fetched.</exception>
    public static void Fetch(string package, string version, string what)
    {
        var packages = PackageFolder.Of(typeof(PackageRestore).Assembly.Location);
        Console.Error.WriteLine($"Fetching {package} {version} ({what}) into {packages}, once.");
        var clock = Stopwatch.StartNew();
        var folder = Directory.CreateTempSubdirectory("grokking-restore-");
        try
        {
            var project = Path.Combine(folder.FullName, "restore.csproj");
            File.WriteAllText(
                project,
                $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <TargetFramework>net{Environment.Version.ToString(2)}</TargetFramework>
                    <!-- Where it will be looked for, whatever a NuGet configuration says. -->
                    <RestorePackagesPath>{SecurityElement.Escape(packages)}</RestorePackagesPath>
                  </PropertyGroup>
                  <ItemGroup><PackageDownload Include="{package}" Version="[{version}]" /></ItemGroup>
                </Project>
                """);
            Run(package, version, project);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        Console.Error.WriteLine(Invariant($"Fetched in {clock.Elapsed.TotalSeconds:F0} s."));
    }

    private static void Run(string package, string version, string project)
    {
        using var restore = Process.Start(new ProcessStartInfo("dotnet", ["restore", project, "--disable-build-servers", "--verbosity", "quiet"])
        {
            WorkingDirectory = Path.GetDirectoryName(project),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_CLI_UI_LANGUAGE"] = "en" },
        })!;
        var errors = restore.StandardError.ReadToEndAsync();
        var output = restore.StandardOutput.ReadToEnd();
        restore.WaitForExit();
        if (restore.ExitCode != 0)
        {
            var lines = $"{output}\n{errors.Result}".Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            var reason = lines.FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal), "dotnet restore failed");
            throw new IOException(
                $"{package} {version} can't be fetched: {reason[(reason.IndexOf("error ", StringComparison.Ordinal) is >= 0 and var at ? at : 0)..].Split(" [")[0].TrimEnd('.')}. "
                + "This needs a network once, or a NuGet source that has the package (dotnet nuget add source FOLDER).");
        }
    }
}
