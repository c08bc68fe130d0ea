using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>A kernel as VS Code runs it: <c>dotnet-interactive stdio</c>, a JSON object a line in both directions.</summary>
internal sealed class StdioKernel : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly ConcurrentDictionary<string, BlockingCollection<JsonObject>> _events = new();
    private int _commands;

    /// <summary>Starts a kernel in a folder, as if a notebook there had been opened.</summary>
    public StdioKernel(string folder)
    {
        _process = Process.Start(Repository.Tool(
            "dotnet-interactive", "stdio", "--default-kernel", "csharp", "--working-dir", folder))!;
        _process.BeginErrorReadLine();
        new Thread(Read) { IsBackground = true }.Start();
        if (!EventsOf("").TryTake(out var ready, Patience) || (string)ready["eventType"]! != "KernelReady")
        {
            throw new InvalidOperationException("dotnet-interactive did not say that it is ready.");
        }
    }

    /// <summary>Runs a cell to its end.</summary>
    public CellRun Run(string code) => Start(code).Finish();

    /// <summary>Starts a cell.</summary>
    public CellRun Start(string code) =>
        new(this, EventsOf(Send("SubmitCode", new() { ["code"] = code, ["targetKernelName"] = "csharp" })));

    /// <summary>VS Code's stop button.</summary>
    public void Cancel() => Send("Cancel", new() { ["targetKernelName"] = "csharp" });

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private string Send(string type, JsonObject command)
    {
        var token = $"command-{Interlocked.Increment(ref _commands)}";
        _process.StandardInput.WriteLine(new JsonObject
        {
            ["commandType"] = type, ["command"] = command, ["token"] = token, ["routingSlip"] = new JsonArray(),
        }.ToJsonString());
        _process.StandardInput.Flush();
        return token;
    }

    private void Read()
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            if (Parse(line) is { } message && message["eventType"] is { } type)
            {
                var token = type.GetValue<string>() == "KernelReady" ? "" : (string?)message["command"]?["token"];
                EventsOf(token ?? "unasked").Add(message);
            }
        }
    }

    // Other lines, such as the host's own messages, are not JSON.
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

    private BlockingCollection<JsonObject> EventsOf(string token) => _events.GetOrAdd(token, _ => []);

    /// <summary>A cell that runs, and what it has shown.</summary>
    public sealed class CellRun(StdioKernel kernel, BlockingCollection<JsonObject> events)
    {
        private readonly List<JsonObject> _seen = [];

        /// <summary>Why the cell failed, as a reader sees it; null where it succeeded.</summary>
        public string? Error { get; private set; }

        /// <summary>What was written to standard output.</summary>
        public string Output => Text("StandardOutputValueProduced");

        /// <summary>What was written to standard error.</summary>
        public string ErrorOutput => Text("StandardErrorValueProduced");

        /// <summary>Values that were shown, in one form each; those that were updated in their last state.</summary>
        public IReadOnlyList<string> Shown(string mimeType)
        {
            var shown = new List<(string? Id, string Value)>();
            foreach (var (type, id, forms) in _seen.Select(Displayed))
            {
                if (forms.GetValueOrDefault(mimeType) is not { } value)
                {
                    continue;
                }

                if (type == "DisplayedValueUpdated")
                {
                    shown[shown.FindIndex(earlier => earlier.Id == id)] = (id, value);
                }
                else if (type is "DisplayedValueProduced" or "ReturnValueProduced")
                {
                    shown.Add((id, value));
                }
            }

            return [.. shown.Select(value => value.Value)];
        }

        /// <summary>Every state of every value that was updated in place, its first included.</summary>
        public IReadOnlyList<(string Id, string Value)> Updates(string mimeType) =>
            [.. _seen.Select(Displayed).Where(shown => shown.Id is not null && shown.Forms.ContainsKey(mimeType)).Select(shown => (shown.Id!, shown.Forms[mimeType]))];

        /// <summary>Waits until the cell has shown something.</summary>
        public CellRun Until(Func<CellRun, bool> condition)
        {
            while (!condition(this))
            {
                Take();
            }

            return this;
        }

        /// <summary>Presses stop, and waits for the end of the cell.</summary>
        /// <returns>The time it took.</returns>
        public TimeSpan Stop()
        {
            var clock = Stopwatch.StartNew();
            kernel.Cancel();
            Finish();
            return clock.Elapsed;
        }

        /// <summary>Waits for the end of the cell.</summary>
        public CellRun Finish()
        {
            while (!Take())
            {
            }

            return this;
        }

        private bool Take()
        {
            if (!events.TryTake(out var message, Patience))
            {
                throw new TimeoutException($"The kernel said nothing for {Patience.TotalSeconds} s; the cell had shown: {Output}");
            }

            _seen.Add(message);
            var type = (string)message["eventType"]!;
            if (type == "CommandFailed")
            {
                Error = (string?)message["event"]!["message"] ?? "";
            }

            return type is "CommandSucceeded" or "CommandFailed";
        }

        private string Text(string eventType) => string.Concat(
            _seen.Where(message => (string)message["eventType"]! == eventType)
                .SelectMany(message => message["event"]!["formattedValues"]!.AsArray())
                .Select(value => (string)value!["value"]!));

        private static (string Type, string? Id, Dictionary<string, string> Forms) Displayed(JsonObject message) => (
            (string)message["eventType"]!,
            (string?)message["event"]?["valueId"],
            (message["event"]?["formattedValues"]?.AsArray() ?? []).ToDictionary(
                value => (string)value!["mimeType"]!, value => (string)value!["value"]!));
    }
}
