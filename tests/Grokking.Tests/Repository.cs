namespace Grokking.Tests;

/// <summary>This checkout.</summary>
internal static class Repository
{
    /// <summary>The path of one of its files.</summary>
    public static string File(string name) => Path.Combine(FolderOf(AppContext.BaseDirectory), name);

    private static string FolderOf(string folder) =>
        System.IO.File.Exists(Path.Combine(folder, "Grokking.sln")) ? folder : FolderOf(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder))!);
}
