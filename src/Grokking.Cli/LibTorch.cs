using Grokking.Runtime;

namespace Grokking.Cli;

/// <summary>libtorch, which a tool's package does not carry.</summary>
internal static class LibTorch
{
    /// <summary>Makes sure that it is there, before the first network is made.</summary>
    /// <exception cref="IOException">It is not, and can't be fetched.</exception>
    /// <exception cref="NativeLibraryException">There is none for this system, or it does not load here.</exception>
    public static void Fetch()
    {
        var fetched = false;
        while (NativeTorch.MissingPackage(NativeTorch.TorchSharpVersion, NativeTorch.Rid, NativeTorch.ApplicationFolders, NativeTorch.PackageRoots) is var (package, version))
        {
            PackageRestore.Fetch(package, version, package.StartsWith("libtorch", StringComparison.Ordinal) ? "libtorch, up to 0.6 GB on disk" : "15 MB on disk at most");
            fetched = true;
        }

        if (fetched)
        {
            NativeTorch.LoadFetched();
        }
    }
}
