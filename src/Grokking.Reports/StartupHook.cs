using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

/// <summary>
/// What .NET runs in the kernel's process before the kernel itself (<c>DOTNET_STARTUP_HOOKS</c>): the kernel gets a process group of its
/// own, which a terminal's Ctrl+C does not reach, and ends it when the process that started it is gone.
/// </summary>
internal static class StartupHook
{
    /// <summary>The variable that .NET reads.</summary>
    public const string Variable = "DOTNET_STARTUP_HOOKS";

    /// <summary>The variable that names the process to watch.</summary>
    public const string Parent = "REPORT_PROCESS_ID";

    private const int Kill = 9;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Called by .NET; its name is .NET's.</summary>
    public static void Initialize()
    {
        var parent = int.Parse(Environment.GetEnvironmentVariable(Parent)!, CultureInfo.InvariantCulture);
        // What a cell starts is its own business.
        Environment.SetEnvironmentVariable(Variable, null);
        Environment.SetEnvironmentVariable(Parent, null);
        if (!OperatingSystem.IsWindows())
        {
            _ = setsid();
        }

        new Thread(() => Watch(parent)) { IsBackground = true, Name = "report" }.Start();
    }

    /// <summary>
    /// What a kernel that is ready runs first. It is told which command is over of those whose tasks still print, and keeps its console to
    /// the end: without a reader of its own it would give it back between two cells.
    /// </summary>
    public const string TakeConsole = $$"""
        _ = Microsoft.DotNet.Interactive.Utility.ConsoleOutput.Subscribe(_ => System.IO.Stream.Null);
        System.Type.GetType("{{nameof(StartupHook)}}, Grokking.Reports").GetMethod("{{nameof(HoldConsole)}}").Invoke(null, [
            () => Microsoft.DotNet.Interactive.KernelInvocationContext.Current is { IsComplete: true } over ? over.Command.GetOrCreateToken() : null]);
        """;

    /// <summary>
    /// Called by <see cref="TakeConsole"/>: the kernel holds its own reader of what it is told, so cells get one that says that nobody is
    /// there; and what a task prints after its cell's end, which the kernel drops, goes to standard error as the event that it would be.
    /// </summary>
    /// <param name="over">The token of the command that the running code belongs to, where that is over; else null.</param>
    public static void HoldConsole(Func<string?> over)
    {
        Console.SetIn(new NoInput());
        Console.SetOut(new LateOutput(Console.Out, "StandardOutputValueProduced", over));
        Console.SetError(new LateOutput(Console.Error, "StandardErrorValueProduced", over));
    }

    /// <summary>Ends a kernel and what it started, whether or not it has come as far as this hook.</summary>
    public static void End(Process kernel)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = kill(-kernel.Id, Kill);
        }

        if (!kernel.HasExited)
        {
            kernel.Kill(entireProcessTree: true);
        }
    }

    private static void Watch(int parent)
    {
        if (OperatingSystem.IsWindows())
        {
            using var watched = Process.GetProcessById(parent);
            watched.WaitForExit();
            Process.GetCurrentProcess().Kill();
        }

        // An orphan is given to another process.
        while (getppid() == parent)
        {
            Thread.Sleep(Pause);
        }

        _ = kill(0, Kill);
    }

    private sealed class NoInput : TextReader
    {
        public override string ReadLine() => throw new InvalidOperationException(Grokking.Reports.CellFailure.AsksItsReader);

        public override int Read() => throw new InvalidOperationException(Grokking.Reports.CellFailure.AsksItsReader);

        public override int Read(char[] buffer, int index, int count) => Read();

        public override int Peek() => Read();
    }

    private sealed class LateOutput(TextWriter kernel, string type, Func<string?> over) : TextWriter
    {
        public override Encoding Encoding => kernel.Encoding;

        public override void Write(char value) => Write(value.ToString());

        public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

        public override void Write(string? value)
        {
            if (string.IsNullOrEmpty(value) || over() is not { } token)
            {
                kernel.Write(value);
                return;
            }

            var line = new JsonObject
            {
                ["eventType"] = type,
                ["event"] = new JsonObject { ["formattedValues"] = new JsonArray(new JsonObject { ["mimeType"] = "text/plain", ["value"] = value }) },
                ["command"] = new JsonObject { ["token"] = token },
            };
            using var error = Console.OpenStandardError();
            error.Write(Encoding.UTF8.GetBytes(line.ToJsonString() + "\n"));
        }

        public override void WriteLine(string? value) => Write(value + NewLine);
    }

    [DllImport("libc")]
    private static extern int setsid();

    [DllImport("libc")]
    private static extern int getppid();

    [DllImport("libc")]
    private static extern int kill(int process, int signal);
}
