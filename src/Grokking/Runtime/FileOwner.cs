using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Grokking.Runtime;

/// <summary>Whose a file is, on Linux: code of another user's is not to be loaded.</summary>
internal static partial class FileOwner
{
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const string WhatToDo = "Delete it, or set XDG_CACHE_HOME to a folder of your own.";

    /// <summary>Refuses a file or folder that belongs to another user than the one who runs this.</summary>
    /// <exception cref="NativeLibraryException">It does.</exception>
    public static void RequireOwn(string path)
    {
        // struct statx: https://man7.org/linux/man-pages/man2/statx.2.html.
        const int currentFolder = -100;
        const uint withOwner = 0x8;
        const int placeOfOwner = 20;
        var status = new byte[256];
        if (OperatingSystem.IsLinux() && StatX(currentFolder, path, 0, withOwner, status) == 0
            && BinaryPrimitives.ReadUInt32LittleEndian(status.AsSpan(placeOfOwner)) is var owner && owner != GetEffectiveUserId())
        {
            throw new NativeLibraryException($"{path} is not used: it belongs to user {owner}, and this is user {GetEffectiveUserId()}. {WhatToDo}");
        }
    }

    /// <summary>Refuses a file that another user owns or may write to; one that is not there is all right.</summary>
    /// <exception cref="NativeLibraryException">Another user does.</exception>
    [UnsupportedOSPlatform("windows")]
    public static void RequireOwnOnly(string path)
    {
        RequireOwn(path);
        if (File.Exists(path) && File.GetUnixFileMode(path) is var mode && (mode & OthersWrite) != 0)
        {
            throw new NativeLibraryException(
                $"{path} is not used: others than its owner may write to it (mode {Convert.ToString((int)mode, 8)}). {WhatToDo}");
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, byte[] status);

    [LibraryImport("libc.so.6", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();
}
