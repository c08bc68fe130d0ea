using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using TorchSharp;

namespace Grokking.Runtime;

/// <summary>Loads libtorch before TorchSharp looks for it: from beside the application or from the NuGet package folder.</summary>
/// <remarks>
/// This happens when the Grokking assembly is first used. Code that may use <see cref="torch"/> before any other type of this
/// assembly calls <see cref="Load"/> first: torch's static constructor, once it failed, stays failed. Where the system's
/// libstdc++ is older than GCC 13's, TorchSharp's own library is loaded from a patched copy in the user's cache folder
/// (<c>$XDG_CACHE_HOME/grokking</c> or <c>~/.cache/grokking</c>); see <see cref="LibTorchSharpPatch"/>.
/// </remarks>
public static partial class NativeTorch
{
    private const UnixFileMode OwnerOnlyFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnlyFolder = OwnerOnlyFile | UnixFileMode.UserExecute;

    private const string PutBack = "in the NuGet package folder, delete the folder of the package's version and run 'dotnet restore'";

    private static Lazy<NativeLibraryException?> _failure = new(TryLoad);

    /// <summary>Makes sure that libtorch is loaded. Any thread may call it; after the first call it costs nothing.</summary>
    /// <exception cref="NativeLibraryException">libtorch is missing or does not load here; the message says what to do.</exception>
    public static void Load()
    {
        if (_failure.Value is { } failure)
        {
            throw new NativeLibraryException(failure.Message, failure);
        }
    }

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "libtorch must be there before any use of torch, a user's own included.")]
    internal static void LoadWithTheAssembly() => _ = _failure.Value;

    /// <summary>Tries again, for somebody who has fetched what was missing.</summary>
    /// <exception cref="NativeLibraryException">It is still missing, or does not load here.</exception>
    internal static void LoadFetched()
    {
        _failure = new(TryLoad);
        Load();
    }

    /// <summary>The package to fetch next, if libtorch is missing and NuGet has it for this system.</summary>
    internal static (string Id, string Version)? MissingPackage(string version, string rid, string[] applicationFolders, string[] packageRoots)
    {
        try
        {
            Find(version, rid, applicationFolders, packageRoots);
            return null;
        }
        catch (NativeLibraryException)
        {
            return !IsPackaged(rid) ? null
                : !Has("torchsharp", version) ? ("TorchSharp", version)
                : packageRoots.Select(root => LibTorchVersion(root, version)).FirstOrDefault(found => found.Length > 0) is not { } libTorch ? ("TorchSharp-cpu", version)
                : Has($"libtorch-cpu-{rid}", libTorch) ? null
                : ($"libtorch-cpu-{rid}", libTorch);
        }

        bool Has(string id, string version) => packageRoots.Any(root => Directory.Exists(Path.Combine(root, id, version)));
    }

    private static NativeLibraryException? TryLoad()
    {
        try
        {
            var version = TorchSharpVersion;
            var (libTorch, libTorchSharp) = Find(version, Rid, ApplicationFolders, PackageRoots);
            LoadLibrary(Path.Combine(libTorch, FileName(Rid, "torch_cpu")));
            LoadLibrary(Path.Combine(libTorch, FileName(Rid, "torch")));
            var library = Path.Combine(libTorchSharp, FileName(Rid, "LibTorchSharp"));
            var handle = LoadLibrary(SystemLacksSymbol ? PatchedCopy(library, version, CacheFolder(Environment.GetEnvironmentVariable("XDG_CACHE_HOME"), PackageFolder.Home)) : library);

            // Linux and Windows find a loaded library by its bare name; macOS may not.
            AssemblyLoadContext.GetLoadContext(typeof(torch).Assembly)!.ResolvingUnmanagedDll +=
                (assembly, name) => assembly == typeof(torch).Assembly && name == "LibTorchSharp" ? handle : 0;
            return null;
        }
        catch (NativeLibraryException exception)
        {
            return exception;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or XmlException)
        {
            return new NativeLibraryException($"libtorch cannot be loaded: {exception.Message}", exception);
        }
    }

    /// <summary>The version of the TorchSharp that will call the library: the one really there, whatever a restore was asked for.</summary>
    internal static string TorchSharpVersion => typeof(torch).Assembly.GetName().Version!.ToString(3);

    internal static string Rid
        => (OperatingSystem.IsWindows() ? "win-" : OperatingSystem.IsMacOS() ? "osx-" : "linux-")
            + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>Whether this is a Linux whose libstdc++ lacks what <see cref="LibTorchSharpPatch"/> replaces.</summary>
    [SupportedOSPlatformGuard("linux")]
    internal static bool SystemLacksSymbol
        => OperatingSystem.IsLinux()
            && NativeLibrary.TryLoad("libstdc++.so.6", out var library)
            && !NativeLibrary.TryGetExport(library, LibTorchSharpPatch.MissingSymbol, out _);

    internal static string FileName(string rid, string library)
        => rid.StartsWith("win", StringComparison.Ordinal) ? $"{library}.dll"
            : rid.StartsWith("osx", StringComparison.Ordinal) ? $"lib{library}.dylib"
            : $"lib{library}.so";

    internal static string[] ApplicationFolders
        => Distinct(Path.GetDirectoryName(typeof(NativeTorch).Assembly.Location), AppContext.BaseDirectory);

    internal static string[] PackageRoots
        => PackageFolder.Candidates(typeof(NativeTorch).Assembly.Location);

    /// <summary>The folder of the patched copy. A relative one would be another in every folder, maybe in a stranger's.</summary>
    /// <exception cref="NativeLibraryException">There is none.</exception>
    internal static string CacheFolder(string? cacheHome, string home)
        => Path.IsPathRooted(cacheHome) ? Path.Combine(cacheHome, "grokking")
            : Path.IsPathRooted(home) ? Path.Combine(home, ".cache", "grokking")
            : throw new NativeLibraryException(
                "There is no home folder to keep the copy of TorchSharp's library in that this system needs. Set XDG_CACHE_HOME to a folder of your own.");

    private static string[] Distinct(params string?[] folders)
        => [.. folders.OfType<string>().Where(folder => folder.Length > 0).Select(Path.TrimEndingDirectorySeparator).Distinct()];

    /// <summary>The folders of libtorch and of TorchSharp's own library: one folder in an application, two packages in NuGet's.</summary>
    /// <exception cref="NativeLibraryException">No place has both.</exception>
    internal static (string LibTorch, string LibTorchSharp) Find(
        string version, string rid, string[] applicationFolders, string[] packageRoots)
    {
        var natives = Path.Combine("runtimes", rid, "native");
        var places = applicationFolders.SelectMany(folder => new[] { Path.Combine(folder, natives), folder })
            .Select(folder => (LibTorch: folder, LibTorchSharp: folder))
            .Concat(packageRoots.Select(root => (
                LibTorch: Path.Combine(root, $"libtorch-cpu-{rid}", LibTorchVersion(root, version), natives),
                LibTorchSharp: Path.Combine(root, "torchsharp", version, natives))));
        var (torch, torchSharp) = (FileName(rid, "torch_cpu"), FileName(rid, "LibTorchSharp"));
        foreach (var place in places)
        {
            if (File.Exists(Path.Combine(place.LibTorch, torch)) && File.Exists(Path.Combine(place.LibTorchSharp, torchSharp)))
            {
                return place;
            }
        }

        throw new NativeLibraryException(
            IsPackaged(rid)
                ? $"libtorch is missing: {torch} and {torchSharp} of TorchSharp-cpu {version} are neither beside the application "
                    + $"({string.Join(", ", applicationFolders)}) nor in the NuGet package folder ({string.Join(", ", packageRoots)}). "
                    + "Run 'dotnet restore' in the repository or in your project, or set NUGET_PACKAGES to the folder that has them."
                : $"libtorch is missing: there is none for {rid}. TorchSharp-cpu {version} has it for linux-x64, osx-arm64 and win-x64.");
    }

    private static bool IsPackaged(string rid) => rid is "linux-x64" or "osx-arm64" or "win-x64";

    /// <summary>The libtorch version that the TorchSharp-cpu package in a package folder asks for; empty without that package.</summary>
    private static string LibTorchVersion(string root, string version)
    {
        var nuspec = Path.Combine(root, "torchsharp-cpu", version, "torchsharp-cpu.nuspec");
        return !File.Exists(nuspec) ? "" : XDocument.Load(nuspec).Descendants()
            .Where(element => element.Name.LocalName == "dependency" && (string?)element.Attribute("id") == "libtorch-cpu")
            .Select(element => (string?)element.Attribute("version"))
            .FirstOrDefault() ?? "";
    }

    private static nint LoadLibrary(string library)
    {
        try
        {
            return NativeLibrary.Load(library);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            // .NET's general advice comes first, the system loader's own words last.
            var reason = exception.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^1];
            reason = reason.Replace($"{library}: ", "", StringComparison.Ordinal).TrimEnd('.');
            throw new NativeLibraryException($"{library} does not load: {reason}. {Advice(Rid, reason)}", exception);
        }
    }

    /// <summary>What to do about a library that is there and does not load.</summary>
    internal static string Advice(string rid, string reason)
        => reason switch
        {
            _ when rid.StartsWith("win", StringComparison.Ordinal)
                => "TorchSharp issue 1567 reports this of 0.107.0 on Windows: build with -p:TorchSharpVersion=0.106.0.",
            _ when reason.Contains("GLIBC", StringComparison.Ordinal)
                => $"It needs glibc 2.34 and a libstdc++ with GLIBCXX_3.4.30, as Debian 12 and Ubuntu 22.04 have; this is {ThisSystem}.",
            _ when reason.Contains("failed to map segment", StringComparison.Ordinal)
                => "Its folder seems to be mounted noexec: set XDG_CACHE_HOME to a folder that is not.",
            _ => $"If the file is damaged, put it back: {PutBack}.",
        };

    private static string ThisSystem => $"{RuntimeInformation.OSDescription} with {NewestLibStdCxxVersion()}";

    private static string NewestLibStdCxxVersion()
    {
        var library = File.ReadLines("/proc/self/maps").Select(line => line[Math.Max(0, line.IndexOf('/'))..])
            .FirstOrDefault(path => Path.GetFileName(path).StartsWith("libstdc++.so.6", StringComparison.Ordinal));
        if (library is null)
        {
            return "no libstdc++";
        }

        var versions = LibStdCxxVersion().Matches(Encoding.Latin1.GetString(File.ReadAllBytes(library)))
            .Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        return $"GLIBCXX_3.4.{versions.DefaultIfEmpty().Max()}";
    }

    [GeneratedRegex(@"GLIBCXX_3\.4\.(\d{1,4})\0")]
    private static partial Regex LibStdCxxVersion();

    /// <summary>The path of a patched copy in the folder, written unless it is there; the library itself if it needs no patch.</summary>
    /// <exception cref="NativeLibraryException">
    /// The library is not the expected file, or the folder cannot be written, or what is there could have been put there by somebody else.
    /// </exception>
    [UnsupportedOSPlatform("windows")]
    internal static string PatchedCopy(string library, string version, string folder)
    {
        var original = File.ReadAllBytes(library);
        var patched = original.ToArray();
        try
        {
            if (!LibTorchSharpPatch.Apply(patched))
            {
                return library;
            }
        }
        catch (InvalidDataException exception)
        {
            throw new NativeLibraryException(
                $"{library} needs {LibTorchSharpPatch.MissingVersion} of GCC 13's libstdc++.so.6, this is {ThisSystem}, and the file "
                + $"cannot be adapted: {exception.Message}. Put the original file back ({PutBack}), or use a system with a newer libstdc++ "
                + "(Debian 13, Ubuntu 24.04).", exception);
        }

        try
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(original))[..16];
            var copy = Path.Combine(folder, $"libLibTorchSharp-{version}-{hash}.so");
            MakeOwnerOnly(folder);
            FileOwner.RequireOwnOnly(copy);
            if (!File.Exists(copy) || !File.ReadAllBytes(copy).AsSpan().SequenceEqual(patched))
            {
                AtomicFile.Write(copy, stream =>
                {
                    File.SetUnixFileMode(((FileStream)stream).SafeFileHandle, OwnerOnlyFile);
                    stream.Write(patched);
                });
            }

            return copy;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NativeLibraryException(
                $"The patched copy of {library} that this system needs cannot be kept in {folder}: {exception.Message.TrimEnd('.')}. "
                + "Set XDG_CACHE_HOME to a folder that you may write to.", exception);
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static void MakeOwnerOnly(string folder)
    {
        Directory.CreateDirectory(folder, OwnerOnlyFolder);
        FileOwner.RequireOwn(folder);
        if (File.GetUnixFileMode(folder) != OwnerOnlyFolder)
        {
            File.SetUnixFileMode(folder, OwnerOnlyFolder);
        }
    }
}
