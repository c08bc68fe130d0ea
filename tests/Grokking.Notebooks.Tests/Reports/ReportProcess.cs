using System.Diagnostics;
using System.Text.Json.Nodes;
using Grokking.Notebooks.Tests.Kernel;

namespace Grokking.Notebooks.Tests.Reports;

/// <summary>The command line as a reader starts it: a process, in an empty folder of its own.</summary>
internal sealed class ReportProcess : IDisposable
{
    private static readonly string Command = Path.Combine(
        Repository.Folder, "src", "Grokking.Cli", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "Grokking.Cli.dll");

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The process's current directory.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("grokking-report-").FullName;

    /// <summary>Variables for its environment, beside this process's own.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public int ExitCode { get; private set; }

    public string Output { get; private set; } = "";

    public string Error { get; private set; } = "";

    /// <summary>A notebook of this test project.</summary>
    public static string Notebook(string name) => Path.Combine(AppContext.BaseDirectory, "Notebooks", name);

    /// <summary>The full path of a file that the process may have written.</summary>
    public string File(string name) => Path.Combine(Folder, name);

    /// <summary>Everything below the folder that is a file, but for the small ones that say who writes, which stay.</summary>
    public IReadOnlyList<string> Files() =>
        [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) != ".lock").Select(file => Path.GetRelativePath(Folder, file)).Order()];

    /// <summary>A notebook of one's own: each string a code cell, unless it starts with <c>#</c> and a blank.</summary>
    public string Write(string name, params string[] cells)
    {
        var document = new JsonObject
        {
            ["cells"] = new JsonArray([.. cells.Select((source, i) => new JsonObject
            {
                ["cell_type"] = source.StartsWith("# ", StringComparison.Ordinal) ? "markdown" : "code",
                ["id"] = $"c{i}",
                ["metadata"] = new JsonObject(),
                ["source"] = source,
            })]),
            ["metadata"] = new JsonObject { ["kernelspec"] = new JsonObject { ["name"] = ".net-csharp" } },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        };
        System.IO.File.WriteAllText(File(name), document.ToJsonString());
        return name;
    }

    /// <summary>Runs to the end.</summary>
    public ReportProcess Run(params string[] arguments) => End(Start(arguments), arguments);

    /// <summary>Runs to the end in a terminal of 80 columns; what it showed is in <see cref="Output"/>, codes and all.</summary>
    public ReportProcess RunInTerminal(params string[] arguments)
    {
        const string Script = "/usr/bin/script";
        Assert.SkipUnless(OperatingSystem.IsLinux() && System.IO.File.Exists(Script), "There is no `script` here: Debian's package `bsdutils` brings it.");
        var command = string.Join(' ', new[] { "stty cols 80; dotnet", Command }.Concat(arguments));
        return End(Start(new ProcessStartInfo(Script, ["-qec", command, "/dev/null"]) { Environment = { ["TERM"] = "xterm-256color" } }), arguments);
    }

    private ReportProcess End(Process process, string[] arguments)
    {
        using var running = process;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"`{string.Join(' ', arguments)}` did not end within {Patience.TotalSeconds} s.");
        }

        (ExitCode, Output, Error) = (process.ExitCode, output.Result, error.Result);
        return this;
    }

    /// <summary>Starts and returns at once; the streams are the caller's.</summary>
    public Process Start(params string[] arguments) => Start(new ProcessStartInfo("dotnet", [Command, .. arguments]));

    private Process Start(ProcessStartInfo start)
    {
        start.WorkingDirectory = Folder;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
