using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>A kernel as VS Code runs it: <c>dotnet-interactive stdio</c>.</summary>
internal sealed class StdioKernel(string folder)
    : NotebookKernel(Repository.Tool("dotnet-interactive", "stdio", "--default-kernel", "csharp", "--working-dir", folder))
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly BlockingCollection<JsonNode> _answers = [];

    protected override JsonObject Submission(string cell, string code) =>
        Command("SubmitCode", cell, new() { ["code"] = code, ["targetKernelName"] = "csharp" });

    // VS Code's stop button.
    protected override JsonObject Interruption() => Command("Cancel", $"stop {Guid.NewGuid()}", new() { ["targetKernelName"] = "csharp" });

    /// <summary>What an editor shows when the mouse is over a place in a cell's first line.</summary>
    public string Hover(string code, int character) => (string)Ask("RequestHoverText", new()
    {
        ["code"] = code,
        ["linePosition"] = new JsonObject { ["line"] = 0, ["character"] = character },
        ["targetKernelName"] = "csharp",
    })["content"]![0]!["value"]!;

    /// <summary>An editor's list of variables: what it says of each.</summary>
    public IReadOnlyDictionary<string, string> Variables() =>
        Ask("RequestValueInfos", new() { ["targetKernelName"] = "csharp", ["mimeType"] = "text/plain+summary" })["valueInfos"]!.AsArray()
            .ToDictionary(variable => (string)variable!["name"]!, variable => (string)variable!["formattedValue"]!["value"]!);

    protected override void Receive(JsonObject message)
    {
        var type = (string?)message["eventType"];
        if (type == "KernelReady")
        {
            Ready();
        }

        if (type is "HoverTextProduced" or "ValueInfosProduced")
        {
            _answers.Add(message["event"]!);
        }

        if ((string?)message["command"]?["token"] is not { } cell || message["event"] is not { } content)
        {
            return;
        }

        var values = content["formattedValues"]?.AsArray() ?? [];
        var forms = values.ToDictionary(value => (string)value!["mimeType"]!, value => (string)value!["value"]!);
        var printed = forms.GetValueOrDefault("text/plain", "");
        var id = (string?)content["valueId"];
        switch (type)
        {
            case "StandardOutputValueProduced":
                Tell(cell, new(CellEventKind.Output, printed));
                break;
            case "StandardErrorValueProduced":
                Tell(cell, new(CellEventKind.ErrorOutput, printed));
                break;
            case "DisplayedValueProduced" or "ReturnValueProduced":
                Tell(cell, new(CellEventKind.Shown, Id: id, Forms: forms));
                break;
            case "DisplayedValueUpdated":
                Tell(cell, new(CellEventKind.Updated, Id: id, Forms: forms));
                break;
            case "CommandFailed":
                Tell(cell, new(CellEventKind.Failed, (string?)content["message"] ?? ""));
                Tell(cell, new(CellEventKind.Ended));
                break;
            case "CommandSucceeded":
                Tell(cell, new(CellEventKind.Ended));
                break;
        }
    }

    private JsonNode Ask(string type, JsonObject command)
    {
        // A token of its own: the kernel drops a command whose token another one still has.
        Send(Command(type, $"question {Guid.NewGuid()}", command));
        return _answers.TryTake(out var answer, Patience) ? answer : throw new TimeoutException($"The kernel did not answer {type}.");
    }

    private static JsonObject Command(string type, string token, JsonObject command) => new()
    {
        ["commandType"] = type,
        ["command"] = command,
        ["token"] = token,
        ["routingSlip"] = new JsonArray(),
    };
}
