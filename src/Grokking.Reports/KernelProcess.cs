using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Grokking.Reports;

/// <summary>Something the kernel says.</summary>
/// <param name="Type">The event's name, such as <c>StandardOutputValueProduced</c>.</param>
/// <param name="Token">The command that it belongs to; a magic's part of a submission has a token of its own, "7.1".</param>
/// <param name="Content">The event itself.</param>
internal sealed record KernelEvent(string Type, string Token, JsonObject Content)
{
    /// <summary>The token of the submission.</summary>
    public string Submission => Token.Split('.')[0];
}

/// <summary>
/// The kernel that VS Code starts, as VS Code starts it: <c>dotnet-interactive stdio</c>, a process of its own that is spoken to in
/// lines of JSON (https://github.com/dotnet/interactive/blob/main/docs/kernels-overview.md).
/// </summary>
internal sealed class KernelProcess : IDisposable
{
    private const int KeptComplaint = 4000;

    private readonly Process _process;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<KernelEvent?>> _running = [];
    private readonly TaskCompletionSource<bool> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StringBuilder _complaint = new();
    private readonly Task _watching;

    private KernelProcess(Process process)
    {
        _process = process;
        _watching = WatchAsync();
        Prepared = SubmitAsync(nameof(StartupHook.TakeConsole), StartupHook.TakeConsole, "csharp");
    }

    /// <summary>Told of every event that belongs to a submission; what comes after the submission's end may come beside another's.</summary>
    public Action<KernelEvent> Heard { private get; set; } = _ => { };

    /// <summary>Done when the kernel takes cells.</summary>
    public Task Prepared { get; }

    /// <summary>How the process ended, "with code 7" or "by signal 6"; null while it lives.</summary>
    public string? Ended { get; private set; }

    /// <summary>The last that it wrote to standard error, beside the protocol: what .NET says of an exception that nobody caught.</summary>
    public string Complaint
    {
        get
        {
            lock (_complaint)
            {
                return _complaint.ToString();
            }
        }
    }

    /// <summary>Starts a kernel.</summary>
    /// <param name="folder">What relative paths in cells start from.</param>
    /// <param name="language">The kernel of cells that name none.</param>
    public static KernelProcess Start(string folder, string language)
    {
        var start = new ProcessStartInfo("dotnet", [KernelTool.File, "stdio", "--default-kernel", language, "--working-dir", folder])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
            Environment =
            {
                ["DOTNET_INTERACTIVE_CLI_TELEMETRY_OPTOUT"] = "1",
                ["DOTNET_INTERACTIVE_SKIP_FIRST_TIME_EXPERIENCE"] = "1",
                // A notebook calls most of the C# compiler's methods a few hundred times; to compile them a second time, ten thousand of them,
                // takes the second core from the first epochs, and longer than it saves. Hexadecimal: 10,000 calls, where .NET's own is 30.
                ["DOTNET_TieredPGO"] = "0",
                ["DOTNET_TC_CallCountThreshold"] = "2710",
                [StartupHook.Variable] = typeof(StartupHook).Assembly.Location,
                [StartupHook.Parent] = $"{Environment.ProcessId}",
            },
        };
        return new KernelProcess(Process.Start(start)!);
    }

    /// <summary>Runs code.</summary>
    /// <returns>How the command ended: succeeded, failed, or null where the process ended before it.</returns>
    public async Task<KernelEvent?> SubmitAsync(string token, string code, string language)
    {
        var end = _running.GetOrAdd(token, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (await _ready.Task && Ended is null)
        {
            Send("SubmitCode", token, new() { ["code"] = code, ["targetKernelName"] = language });
        }
        else
        {
            end.TrySetResult(null);
        }

        return await end.Task;
    }

    /// <summary>Asks the running command to stop, as VS Code's stop button does.</summary>
    public void Cancel(string language) => Send("Cancel", "stop", new() { ["targetKernelName"] = language });

    /// <summary>Ends the process and what it started.</summary>
    public void Kill() => StartupHook.End(_process);

    /// <inheritdoc/>
    public void Dispose()
    {
        Kill();
        _watching.Wait();
        _process.Dispose();
    }

    private void Send(string type, string token, JsonObject command)
    {
        var line = new JsonObject { ["commandType"] = type, ["command"] = command, ["token"] = token, ["routingSlip"] = new JsonArray() };
        try
        {
            lock (_process)
            {
                _process.StandardInput.WriteLine(line.ToJsonString());
                _process.StandardInput.Flush();
            }
        }
        catch (IOException)
        {
            // The process is gone: the end of its output says so.
        }
    }

    private async Task WatchAsync()
    {
        var reading = Task.WhenAll(ReadAsync(), ReadComplaintAsync());
        await _process.WaitForExitAsync();
        // What a cell started may live on and hold the pipes.
        await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(1)));
        var code = _process.ExitCode;
        Ended = code is > 128 and < 128 + 65 && !OperatingSystem.IsWindows() ? $"by signal {code - 128}" : $"with code {code}";
        _ready.TrySetResult(false);
        foreach (var end in _running.Values)
        {
            end.TrySetResult(null);
        }
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Parsed(line) is { } message)
            {
                Hear(message);
            }
        }
    }

    private async Task ReadComplaintAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            if (Parsed(line) is { } late)
            {
                Hear(late);
                continue;
            }

            lock (_complaint)
            {
                _complaint.AppendLine(line);
                _complaint.Remove(0, Math.Max(0, _complaint.Length - KeptComplaint));
            }
        }
    }

    private void Hear(JsonObject message)
    {
        var type = Notebook.Text(message, "eventType") ?? "";
        if (type == "KernelReady")
        {
            _ready.TrySetResult(true);
        }

        if (Notebook.Text(message, "command", "token") is not { } token || message["event"] is not JsonObject content)
        {
            return;
        }

        if (type is not ("CommandSucceeded" or "CommandFailed"))
        {
            Heard(new KernelEvent(type, token, content));
        }
        else if (_running.TryGetValue(token, out var end))
        {
            end.TrySetResult(new KernelEvent(type, token, content));
        }
    }

    private static JsonObject? Parsed(string line)
    {
        try
        {
            return line.StartsWith('{') ? JsonNode.Parse(line, documentOptions: new() { AllowDuplicateProperties = false }) as JsonObject : null;
        }
        catch (JsonException)
        {
            // Something that was printed past the kernel.
            return null;
        }
    }
}
