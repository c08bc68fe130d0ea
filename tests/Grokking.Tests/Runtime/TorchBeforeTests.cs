using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Grokking.Runtime;

namespace Grokking.Tests.Runtime;

/// <summary>Loads libtorch before any test, so that a test may use torch before any type of the library.</summary>
internal static class TorchBeforeTests
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "A test assembly is an application.")]
    internal static void Load()
    {
        if (!OperatingSystem.IsWindows())
        {
            // libtorch's matrix products then sum in one order on every processor: what is compared with PyTorch's record,
            // see ParityTests, does not depend on the machine. .NET's own SetEnvironmentVariable does not reach native code.
            _ = SetEnvironmentVariable("MKL_CBWR", "COMPATIBLE", overwrite: 1);
        }

        NativeTorch.Load();
    }

    [DllImport("libc", EntryPoint = "setenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int SetEnvironmentVariable(string name, string value, int overwrite);
}
