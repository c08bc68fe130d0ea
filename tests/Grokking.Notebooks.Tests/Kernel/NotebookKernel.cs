using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>A kernel in a process of its own that talks in JSON objects, one a line.</summary>
internal abstract class NotebookKernel : IDisposable
{
    private static readonly TimeSpan PatienceWithStart = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly ManualResetEventSlim _ready = new();
    private readonly ConcurrentDictionary<string, BlockingCollection<CellEvent>> _events = new();
    private int _cells;

    protected NotebookKernel(ProcessStartInfo start)
    {
        _process = Process.Start(start)!;
        _process.BeginErrorReadLine();
        new Thread(Read) { IsBackground = true }.Start();
        if (!_ready.Wait(PatienceWithStart))
        {
            // A kernel whose driver is gone stays, and takes half a core.
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"`{start.FileName} {string.Join(' ', start.ArgumentList)}` did not say that it is ready.");
        }
    }

    /// <summary>Starts the kernel of a host, as if a notebook in this folder had been opened there.</summary>
    public static NotebookKernel Open(KernelHost host, string folder) =>
        host == KernelHost.VSCode ? new StdioKernel(folder) : new JupyterKernel(folder);

    /// <summary>Runs a cell to its end.</summary>
    public CellRun Run(string code) => Start(code).Finish();

    /// <summary>Starts a cell.</summary>
    public CellRun Start(string code)
    {
        var cell = $"cell-{Interlocked.Increment(ref _cells)}";
        var events = EventsOf(cell);
        Send(Submission(cell, code));
        return new CellRun(() => Send(Interruption()), () => Threads(_process.Id), events);
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    protected abstract JsonObject Submission(string cell, string code);

    protected abstract JsonObject Interruption();

    /// <summary>Hands a message on to <see cref="Ready"/> and <see cref="Tell"/>.</summary>
    protected abstract void Receive(JsonObject message);

    protected void Ready() => _ready.Set();

    protected void Tell(string cell, CellEvent @event) => EventsOf(cell).Add(@event);

    /// <summary>A JSON object of strings, such as a value by MIME type.</summary>
    protected static Dictionary<string, string> Forms(JsonNode? forms) =>
        forms?.AsObject().Where(form => form.Value is JsonValue).ToDictionary(form => form.Key, form => form.Value!.ToString()) ?? [];

    /// <summary>The threads of a process and of those that it started: name, state, and processor time in clock ticks.</summary>
    private static string Threads(int process)
    {
        var threads = Directory.Exists($"/proc/{process}/task") ? Directory.GetDirectories($"/proc/{process}/task") : [];
        return string.Concat(
            threads.Select(thread => Regex.Replace(Read(thread, "stat"), @"^\d+ (\(.*\) \w)(?: \S+){10} (\d+).*\n", "\n$1 $2"))
                .Concat(threads.SelectMany(thread => Read(thread, "children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    .Select(child => Threads(int.Parse(child, CultureInfo.InvariantCulture)))));

        static string Read(string thread, string file)
        {
            try
            {
                return File.ReadAllText(Path.Combine(thread, file));
            }
            catch (IOException)
            {
                // It has ended.
                return "";
            }
        }
    }

    private BlockingCollection<CellEvent> EventsOf(string cell) => _events.GetOrAdd(cell, _ => []);

    protected void Send(JsonObject message)
    {
        _process.StandardInput.WriteLine(message.ToJsonString());
        _process.StandardInput.Flush();
    }

    private void Read()
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            // Other lines, such as the host's own messages, are not JSON.
            if (line.StartsWith('{') && Parse(line) is { } message)
            {
                Receive(message);
            }
        }
    }

    private static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
