using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>
/// A kernel as Jupyter runs it, from the kernelspec that the repository ships, installed into a folder of the tests' own.
/// </summary>
internal sealed class JupyterKernel(string folder) : NotebookKernel(Script("jupyter_kernel.py", folder))
{
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<bool> IsInstalled = new(() => Run(new(Python, ["-c", "import nbclient, jupyter_client"])) == 0);

    private static readonly Lazy<string> Prefix = new(() =>
    {
        var prefix = Directory.CreateTempSubdirectory("grokking-jupyter-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(prefix, recursive: true);
        Assert.Equal(0, Run(new(Python,
            ["-m", "jupyter_client.kernelspecapp", "install", "--prefix", prefix, "--name", ".net-csharp", Path.Combine(Repository.Folder, ".config", "jupyter")])));
        return prefix;
    });

    /// <summary>A Python script of this project, started where it finds the kernel.</summary>
    public static ProcessStartInfo Script(string name, params string[] arguments)
    {
        Assert.SkipUnless(
            File.Exists(Python) && IsInstalled.Value,
            "There is no Jupyter client here: Debian's packages `python3-nbclient` and `python3-jupyter-client` bring it.");
        Repository.RestoreTools();
        return new ProcessStartInfo(Python, [Path.Combine(AppContext.BaseDirectory, "Kernel", name), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["JUPYTER_PATH"] = Path.Combine(Prefix.Value, "share", "jupyter") },
        };
    }

    protected override JsonObject Submission(string cell, string code) => new() { ["run"] = code, ["cell"] = cell };

    protected override JsonObject Interruption() => new() { ["interrupt"] = true };

    protected override void Receive(JsonObject message)
    {
        var (type, content) = ((string)message["type"]!, message["content"]);
        if (type == "ready")
        {
            Ready();
        }

        if ((string?)message["cell"] is not { } cell || content is null)
        {
            return;
        }

        var id = (string?)content["transient"]?["display_id"];
        switch (type)
        {
            case "stream":
                Tell(cell, new((string)content["name"]! == "stdout" ? CellEventKind.Output : CellEventKind.ErrorOutput, (string)content["text"]!));
                break;
            case "display_data" or "execute_result":
                Tell(cell, new(CellEventKind.Shown, Id: id, Forms: Forms(content["data"])));
                break;
            case "update_display_data":
                Tell(cell, new(CellEventKind.Updated, Id: id, Forms: Forms(content["data"])));
                break;
            case "error":
                Tell(cell, new(CellEventKind.Failed, $"{content["evalue"]}\n{string.Join('\n', content["traceback"]!.AsArray())}"));
                break;
            case "status" when (string)content["execution_state"]! == "idle":
                Tell(cell, new(CellEventKind.Ended));
                break;
        }
    }

    private static int Run(ProcessStartInfo start)
    {
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
