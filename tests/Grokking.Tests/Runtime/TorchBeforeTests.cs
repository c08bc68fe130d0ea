using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Grokking.Runtime;

namespace Grokking.Tests.Runtime;

/// <summary>Loads libtorch before any test, so that a test may use torch before any type of the library.</summary>
internal static class TorchBeforeTests
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "A test assembly is an application.")]
    internal static void Load() => NativeTorch.Load();
}
