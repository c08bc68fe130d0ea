using System.CommandLine;
using System.Reflection;
using Grokking.Runtime;

namespace Grokking.Cli;

/// <summary><c>notebooks</c>: writes the library's own notebooks, for somebody who has the tool and not the repository.</summary>
internal static class NotebooksCommand
{
    private const string Resources = "notebooks/";
    private const string InRepository = "#r \\\"../src/Grokking.Notebooks/bin/Grokking.Notebooks.dll\\\"";

    private static readonly Assembly Tool = typeof(NotebooksCommand).Assembly;

    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Where to write them.", DefaultValueFactory = _ => "notebooks" };
        var command = new Command("notebooks", "Writes the library's own notebooks into a folder, made to use the package Grokking.Notebooks.") { folder };
        command.SetAction(result => Write(result.GetRequiredValue(folder)));
        return command;
    }

    private static int Write(string folder)
    {
        var files = Tool.GetManifestResourceNames().Where(name => name.StartsWith(Resources, StringComparison.Ordinal))
            .ToDictionary(name => Path.Combine(folder, name[Resources.Length..]));
        if (files.Keys.FirstOrDefault(File.Exists) is { } existing)
        {
            throw new RequestException($"{existing} is there already; name another folder, or delete it.");
        }

        foreach (var (file, resource) in files)
        {
            RequestException.OrUnwritable(file, () => AtomicFile.RequireWritable(file));
            AtomicFile.Write(file, OfPackage(resource));
            Console.WriteLine(file);
        }

        return ExitCode.Done;
    }

    private static string OfPackage(string resource)
    {
        using var reader = new StreamReader(Tool.GetManifestResourceStream(resource)!);
        var version = Tool.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
        return reader.ReadToEnd().Replace(InRepository, $"#r \\\"nuget: Grokking.Notebooks, {version}\\\"", StringComparison.Ordinal);
    }
}
