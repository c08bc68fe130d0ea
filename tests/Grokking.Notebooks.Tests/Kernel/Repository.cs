using System.Diagnostics;

namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>This checkout, and the tools that it pins.</summary>
internal static class Repository
{
    private static readonly Lazy<bool> Tools = new(() =>
    {
        using var restore = Process.Start(new ProcessStartInfo("dotnet", ["tool", "restore"])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
        })!;
        restore.StandardOutput.ReadToEnd();
        restore.WaitForExit();
        return restore.ExitCode == 0;
    });

    /// <summary>The folder of Grokking.sln.</summary>
    public static string Folder { get; } = FolderOf(AppContext.BaseDirectory);

    /// <summary>The folder of the notebooks, where VS Code starts their kernel.</summary>
    public static string Notebooks { get; } = Path.Combine(Folder, "notebooks");

    /// <summary>Puts the tools of <c>.config/dotnet-tools.json</c> in place, once.</summary>
    public static void RestoreTools() => Assert.True(Tools.Value, "`dotnet tool restore` failed.");

    /// <summary>A tool of <c>.config/dotnet-tools.json</c>, ready to be started.</summary>
    public static ProcessStartInfo Tool(string name, params string[] arguments)
    {
        RestoreTools();
        return new ProcessStartInfo("dotnet", ["tool", "run", name, "--", .. arguments])
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }

    private static string FolderOf(string folder) =>
        File.Exists(Path.Combine(folder, "Grokking.sln")) ? folder : FolderOf(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder))!);
}
