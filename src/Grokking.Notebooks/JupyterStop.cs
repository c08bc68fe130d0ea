using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;

namespace Grokking.Notebooks;

/// <summary>
/// Makes Jupyter's stop button stop a cell. dotnet-interactive 1.0.712001, the last version, reads Jupyter's
/// <c>interrupt_request</c>, writes it to its log, and does nothing about it; so its log is listened to.
/// </summary>
internal static class JupyterStop
{
    private static Kernel? _kernel;

    /// <summary>From now on, an interrupt cancels the cell that is running. Does nothing where the host is not Jupyter.</summary>
    public static void Listen(Kernel kernel)
    {
        if (Interlocked.Exchange(ref _kernel, kernel) is not null)
        {
            return;
        }

        var posted = AppDomain.CurrentDomain.GetAssemblies()
            .FirstOrDefault(assembly => assembly.GetName().Name == "Microsoft.DotNet.Interactive.Jupyter")
            ?.GetType("Pocket.Logger")?.GetEvent("Posted");
        if (posted?.EventHandlerType is { IsGenericType: true } handler)
        {
            var entry = handler.GetGenericArguments()[0];
            var onPosted = typeof(JupyterStop).GetMethod(nameof(OnPosted), BindingFlags.Static | BindingFlags.NonPublic)!;
            posted.AddEventHandler(null, onPosted.MakeGenericMethod(entry).CreateDelegate(handler));
        }
    }

    // A log entry begins with its template and the template's arguments; of a message, the one argument is its JSON.
    private static void OnPosted<TEntry>(TEntry entry)
        where TEntry : ITuple
    {
        if (entry[0] is "Received: {message}" && entry[1] is object[] and [string message, ..] && IsInterrupt(message))
        {
            Task.Run(() => _kernel!.SendAsync(new Cancel()));
        }
    }

    private static bool IsInterrupt(string message)
    {
        try
        {
            using var json = JsonDocument.Parse(message);
            return json.RootElement.GetProperty("header").GetProperty("msg_type").GetString() == "interrupt_request";
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }
}
