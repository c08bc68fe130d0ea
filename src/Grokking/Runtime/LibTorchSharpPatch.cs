using System.Buffers.Binary;
using System.Text;

namespace Grokking.Runtime;

/// <summary>Lets TorchSharp 0.107.0's libLibTorchSharp.so load with a libstdc++ from before GCC 13.</summary>
/// <remarks>
/// One symbol needs GLIBCXX_3.4.32: <c>std::ios_base_library_init()</c>. Before GCC 13 the constructor
/// <c>std::ios_base::Init::Init()</c> (GLIBCXX_3.4) did the same job and ignored its <c>this</c>. So the symbol gets the older
/// name and version, and the need for GLIBCXX_3.4.32, which nothing uses any more, becomes a weak one.
/// </remarks>
internal static class LibTorchSharpPatch
{
    public const string MissingSymbol = "_ZSt21ios_base_library_initv";
    public const string MissingVersion = "GLIBCXX_3.4.32";
    private const string OlderSymbol = "_ZNSt8ios_base4InitC1Ev";
    private const string OlderVersion = "GLIBCXX_3.4";

    private const int SectionSize = 64, SymbolSize = 24, VersionSize = 2, NeedSize = 16;
    private const uint DynamicSymbols = 11, VersionNeeds = 0x6ffffffe, SymbolVersions = 0x6fffffff;
    private const ushort SharedObject = 3, X86_64 = 62, WeakFlag = 2, VersionMask = 0x7fff;

    /// <summary>Patches the bytes of an ELF library (64-bit, x86-64) in place.</summary>
    /// <returns>False, with nothing changed, if the library does not need GLIBCXX_3.4.32.</returns>
    /// <exception cref="InvalidDataException">The bytes are not laid out as expected; the message says why. Nothing is changed.</exception>
    public static bool Apply(Span<byte> file)
    {
        if (!file.StartsWith("\u007fELF"u8))
        {
            throw new InvalidDataException("it is no ELF file");
        }

        var header = Part(file, 0, 64);
        if (header[4] != 2 || header[5] != 1 || U16(header, 16) != SharedObject || U16(header, 18) != X86_64)
        {
            throw new InvalidDataException("it is no shared library for 64-bit x86");
        }

        if (U16(header, 58) != SectionSize)
        {
            throw new InvalidDataException($"its section headers have {U16(header, 58)} bytes, not {SectionSize}");
        }

        var sections = Part(file, U64(header, 40), (ulong)U16(header, 60) * SectionSize);
        if (!TryFind(sections, VersionNeeds, out var needsSection))
        {
            return false;
        }

        var needs = Part(file, U64(needsSection, 24), U64(needsSection, 32));
        var (missing, older) = FindVersions(needs, Contents(file, sections, U32(needsSection, 40)));
        if (missing < 0)
        {
            return false;
        }

        if (older < 0)
        {
            throw new InvalidDataException($"it needs {MissingVersion} but not {OlderVersion}");
        }

        if (!TryFind(sections, DynamicSymbols, out var symbolsSection) || !TryFind(sections, SymbolVersions, out var versionsSection))
        {
            throw new InvalidDataException("it has no dynamic symbols with versions");
        }

        var symbols = Part(file, U64(symbolsSection, 24), U64(symbolsSection, 32));
        var versions = Part(file, U64(versionsSection, 24), U64(versionsSection, 32));
        var names = Contents(file, sections, U32(symbolsSection, 40));
        var missingNeed = Part(needs, (ulong)missing, NeedSize);
        var olderIndex = U16(Part(needs, (ulong)older, NeedSize), 6);
        var symbol = FindSymbol(symbols, versions, names, U16(missingNeed, 6));

        var name = Part(names, U32(symbols, symbol * SymbolSize), (ulong)MissingSymbol.Length);
        name.Clear();
        Encoding.ASCII.GetBytes(OlderSymbol, name);
        BinaryPrimitives.WriteUInt16LittleEndian(versions[(symbol * VersionSize)..], olderIndex);
        BinaryPrimitives.WriteUInt16LittleEndian(missingNeed[4..], (ushort)(U16(missingNeed, 4) | WeakFlag));
        return true;
    }

    /// <summary>Where the two versions stand in the list of needs; -1 for one that is not needed.</summary>
    private static (int Missing, int Older) FindVersions(Span<byte> needs, Span<byte> names)
    {
        var (missing, older) = (-1, -1);
        ulong library = 0;
        uint next;
        do
        {
            var need = Part(needs, library, NeedSize);
            var version = library;
            for (var step = U32(need, 8); step != 0; step = U32(Part(needs, version, NeedSize), 12))
            {
                version += step;
                var name = NameAt(names, U32(Part(needs, version, NeedSize), 8));
                missing = Is(name, MissingVersion) ? (int)version : missing;
                older = Is(name, OlderVersion) ? (int)version : older;
            }

            next = U32(need, 12);
            library += next;
        }
        while (next != 0);

        return (missing, older);
    }

    /// <summary>The one symbol with that version; refuses when another has it too, or shares the bytes of its name.</summary>
    private static int FindSymbol(Span<byte> symbols, Span<byte> versions, Span<byte> names, ushort version)
    {
        var count = symbols.Length / SymbolSize;
        if (versions.Length / VersionSize != count)
        {
            throw new InvalidDataException($"it has {count} dynamic symbols but {versions.Length / VersionSize} versions for them");
        }

        var found = -1;
        for (var i = 0; i < count; i++)
        {
            if ((U16(versions, i * VersionSize) & VersionMask) != version)
            {
                continue;
            }

            var name = NameAt(names, U32(symbols, i * SymbolSize));
            if (found >= 0 || !Is(name, MissingSymbol))
            {
                throw new InvalidDataException($"more than {MissingSymbol} needs {MissingVersion}: {Encoding.ASCII.GetString(name)}");
            }

            found = i;
        }

        if (found < 0)
        {
            throw new InvalidDataException($"no symbol needs {MissingVersion}");
        }

        var start = U32(symbols, found * SymbolSize);
        for (var i = 0; i < count; i++)
        {
            var other = U32(symbols, i * SymbolSize);
            if (i != found && other >= start && other <= start + MissingSymbol.Length)
            {
                throw new InvalidDataException($"another symbol shares the name of {MissingSymbol}");
            }
        }

        return found;
    }

    private static bool TryFind(Span<byte> sections, uint type, out Span<byte> section)
    {
        for (section = default; !sections.IsEmpty; sections = sections[SectionSize..])
        {
            if (U32(sections, 4) == type)
            {
                section = sections[..SectionSize];
                return true;
            }
        }

        return false;
    }

    private static Span<byte> Contents(Span<byte> file, Span<byte> sections, uint index)
    {
        var section = Part(sections, (ulong)index * SectionSize, SectionSize);
        return Part(file, U64(section, 24), U64(section, 32));
    }

    private static Span<byte> NameAt(Span<byte> names, uint offset)
    {
        var rest = Part(names, offset, (ulong)Math.Max(0, names.Length - (long)offset));
        var end = rest.IndexOf((byte)0);
        return end >= 0 ? rest[..end] : throw new InvalidDataException("a name in it has no end");
    }

    private static Span<byte> Part(Span<byte> whole, ulong start, ulong length)
        => start <= (ulong)whole.Length && length <= (ulong)whole.Length - start
            ? whole.Slice((int)start, (int)length)
            : throw new InvalidDataException(
                $"it is cut short or damaged ({length} bytes from {start} on are not all within {whole.Length})");

    private static bool Is(Span<byte> name, string text) => Ascii.Equals(name, text);

    private static ushort U16(Span<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(Span<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static ulong U64(Span<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
}
