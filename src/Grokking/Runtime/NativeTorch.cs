using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Xml.Linq;
using TorchSharp;

namespace Grokking.Runtime;

/// <summary>Loads libtorch before TorchSharp looks for it: from beside the application or from the NuGet package folder.</summary>
/// <remarks>
/// It loads when this assembly is first used, so that it comes before the first use of <see cref="torch"/>, whose static
/// constructor would otherwise fail for good. TorchSharp then finds by name what is already loaded.
/// </remarks>
public static class NativeTorch
{
    private static readonly Lazy<NativeLibraryException?> Failure = new(TryLoad);

    /// <summary>Makes sure that libtorch is loaded. Costs nothing after the first call; any thread may call it.</summary>
    /// <exception cref="NativeLibraryException">libtorch is missing or does not load here; the message says what to do.</exception>
    public static void Load()
    {
        if (Failure.Value is { } failure)
        {
            throw new NativeLibraryException(failure.Message, failure);
        }
    }

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "It must come before any use of torch, also before a user's own.")]
    internal static void LoadWithTheAssembly() => _ = Failure.Value;

    private static NativeLibraryException? TryLoad()
    {
        try
        {
            var version = typeof(torch).Assembly.GetName().Version!.ToString(3);
            var natives = Find(version, Rid, ApplicationFolders, PackageRoots);
            Load(Path.Combine(natives.LibTorch, FileName("torch_cpu")));
            Load(Path.Combine(natives.LibTorch, FileName("torch")));
            Load(Loadable(Path.Combine(natives.LibTorchSharp, FileName("LibTorchSharp")), version));
            return null;
        }
        catch (NativeLibraryException exception)
        {
            return exception;
        }
    }

    private static string Rid
        => (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")
            + "-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    private static string FileName(string library)
        => OperatingSystem.IsWindows() ? $"{library}.dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";

    private static IEnumerable<string> ApplicationFolders
        => new[] { Path.GetDirectoryName(typeof(NativeTorch).Assembly.Location), AppContext.BaseDirectory }
            .OfType<string>().Where(folder => folder.Length > 0)
            .SelectMany(folder => new[] { Path.Combine(folder, "runtimes", Rid, "native"), folder });

    private static IEnumerable<string> PackageRoots
        => new[]
        {
            typeof(NativeTorch).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                .FirstOrDefault(metadata => metadata.Key == "NuGetPackageRoot")?.Value,
            Environment.GetEnvironmentVariable("NUGET_PACKAGES"),
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"),
        }.OfType<string>().Where(root => root.Length > 0);

    /// <summary>The folders of libtorch and of TorchSharp's own library: one folder in an application, two packages in NuGet's.</summary>
    internal static (string LibTorch, string LibTorchSharp) Find(
        string version, string rid, IEnumerable<string> applicationFolders, IEnumerable<string> packageRoots)
    {
        var candidates = applicationFolders.Select(folder => (LibTorch: folder, LibTorchSharp: folder))
            .Concat(packageRoots.Select(root => (
                LibTorch: Path.Combine(root, $"libtorch-cpu-{rid}", LibTorchVersion(root, version), "runtimes", rid, "native"),
                LibTorchSharp: Path.Combine(root, "torchsharp", version, "runtimes", rid, "native"))))
            .ToList();
        foreach (var candidate in candidates)
        {
            if (File.Exists(Path.Combine(candidate.LibTorch, FileName("torch_cpu")))
                && File.Exists(Path.Combine(candidate.LibTorchSharp, FileName("LibTorchSharp"))))
            {
                return candidate;
            }
        }

        throw new NativeLibraryException("missing");
    }

    /// <summary>The libtorch version that the TorchSharp-cpu package there asks for.</summary>
    private static string LibTorchVersion(string root, string version)
    {
        var nuspec = Path.Combine(root, "torchsharp-cpu", version, "torchsharp-cpu.nuspec");
        return File.Exists(nuspec)
            ? XDocument.Load(nuspec).Descendants().First(element =>
                element.Name.LocalName == "dependency" && element.Attribute("id")?.Value == "libtorch-cpu").Attribute("version")!.Value
            : "";
    }

    private static void Load(string library)
    {
        try
        {
            NativeLibrary.Load(library);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            throw new NativeLibraryException(exception.Message, exception);
        }
    }

    /// <summary>The library itself, or a patched copy in the user's cache where this system's libstdc++ is too old for it.</summary>
    private static string Loadable(string library, string version)
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libstdc++.so.6", out var libstdcxx)
            || NativeLibrary.TryGetExport(libstdcxx, LibTorchSharpPatch.MissingSymbol, out _))
        {
            return library;
        }

        var original = File.ReadAllBytes(library);
        var patched = original.ToArray();
        if (!LibTorchSharpPatch.Apply(patched))
        {
            return library;
        }

        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { } xdg && Path.IsPathRooted(xdg)
            ? xdg
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var folder = Path.Combine(cache, "grokking");
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var hash = Convert.ToHexStringLower(SHA256.HashData(original))[..16];
        var copy = Path.Combine(folder, $"libLibTorchSharp-{version}-{hash}.so");
        if (!File.Exists(copy) || !File.ReadAllBytes(copy).AsSpan().SequenceEqual(patched))
        {
            var temporary = $"{copy}.{Guid.NewGuid():N}";
            using (var stream = new FileStream(temporary, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
                stream.Write(patched);
            }

            File.Move(temporary, copy, overwrite: true);
        }

        return copy;
    }
}
