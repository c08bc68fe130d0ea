using Grokking.Runtime;

namespace Grokking.Tests.Runtime;

/// <summary>The Linux libraries that the tests really run on; a test that needs them skips on another system.</summary>
internal static class RealLibraries
{
    public static string LibTorchSharp => Path.Combine(Natives.LibTorchSharp, "libLibTorchSharp.so");

    public static string LibTorch => Path.Combine(Natives.LibTorch, "libtorch.so");

    private static (string LibTorch, string LibTorchSharp) Natives
    {
        get
        {
            Assert.SkipUnless(NativeTorch.Rid == "linux-x64", "The patch is for Linux on x64.");
            return NativeTorch.Find(
                NativeTorch.TorchSharpVersion, NativeTorch.Rid, NativeTorch.ApplicationFolders, NativeTorch.PackageRoots);
        }
    }
}
