using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

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

    /// <summary>What a kernel that is ready runs first: the kernel holds its own reader of what it is told, and cells get one that says that nobody is there.</summary>
    public const string TakeInput = $"System.Type.GetType(\"{nameof(StartupHook)}, Grokking.Reports\").GetMethod(\"{nameof(GiveNoInput)}\").Invoke(null, null);";

    /// <summary>Called by <see cref="TakeInput"/>.</summary>
    public static void GiveNoInput() => Console.SetIn(new NoInput());

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

    [DllImport("libc")]
    private static extern int setsid();

    [DllImport("libc")]
    private static extern int getppid();

    [DllImport("libc")]
    private static extern int kill(int process, int signal);
}
