using System.Buffers.Binary;
using Grokking.Runtime;

namespace Grokking.Tests.Runtime;

public sealed class LibTorchSharpPatchTests
{
    [Fact]
    public void Only_the_name_the_version_and_the_weak_flag_change_in_the_real_library()
    {
        Assert.SkipUnless(NativeTorch.TorchSharpVersion == "0.107.0", "The offsets below are those of TorchSharp 0.107.0.");
        var original = File.ReadAllBytes(RealLibraries.LibTorchSharp);
        var patched = original.ToArray();

        Assert.True(LibTorchSharpPatch.Apply(patched));

        var newName = "_ZNSt8ios_base4InitC1Ev\0\0\0\0\0"u8.ToArray();
        var nameAt = original.AsSpan().IndexOf("\0_ZSt21ios_base_library_initv\0"u8) + 1;
        var expected = original.ToArray();
        newName.CopyTo(expected, nameAt);

        // readelf -SW: .gnu.version at 0x3dfae, .gnu.version_r at 0x3f8f0; readelf --dyn-syms: the symbol is number 482;
        // readelf -V: GLIBCXX_3.4.32 at 0x140 with version 18 and no flags, GLIBCXX_3.4 has version 2.
        expected[0x3dfae + (2 * 482)] = 2;
        expected[0x3f8f0 + 0x140 + 4] = 2;
        Assert.Equal(18, original[0x3dfae + (2 * 482)]);
        Assert.Equal(Differences(original, expected), Differences(original, patched));
    }

    [Fact]
    public void A_library_cut_short_is_refused_at_any_length()
    {
        var original = File.ReadAllBytes(RealLibraries.LibTorchSharp);

        var lengths = Enumerable.Range(0, 200).Concat(Enumerable.Range(1, 500).Select(i => original.Length - (i * i * 9)));
        foreach (var length in lengths.Append(original.Length - 1))
        {
            var cut = original[..length];
            Assert.Throws<InvalidDataException>(() => LibTorchSharpPatch.Apply(cut));
            Assert.Equal(original[..length], cut);
        }
    }

    [Fact]
    public void A_damaged_library_is_patched_refused_or_left_alone_but_nothing_else_happens()
    {
        var original = File.ReadAllBytes(RealLibraries.LibTorchSharp);
        var sections = (int)BinaryPrimitives.ReadUInt64LittleEndian(original.AsSpan(40));
        Range[] structures = [(..64), (sections..original.Length), (0x3890..0x16760), (0x3dfae..0x40000)];
        var random = new Random(1);
        var refused = 0;
        var file = original.ToArray();

        for (var i = 0; i < 800; i++)
        {
            var (start, length) = structures[i % structures.Length].GetOffsetAndLength(file.Length);
            var at = start + random.Next(length - 4);
            random.NextBytes(file.AsSpan(at, random.Next(1, 5)));
            var damaged = file.ToArray();
            try
            {
                if (!LibTorchSharpPatch.Apply(file))
                {
                    Assert.Equal(damaged, file);
                }
            }
            catch (InvalidDataException exception)
            {
                refused++;
                Assert.NotEmpty(exception.Message);
                Assert.Equal(damaged, file);
            }

            original.CopyTo(file, 0);
        }

        Assert.InRange(refused, 50, 750);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ELF")]
    [InlineData("<html>not found</html>")]
    public void A_file_that_is_no_ELF_is_refused(string text)
    {
        var exception = Assert.Throws<InvalidDataException>(() => LibTorchSharpPatch.Apply(System.Text.Encoding.ASCII.GetBytes(text)));

        Assert.Equal("it is no ELF file", exception.Message);
    }

    [Fact]
    public void A_library_for_another_processor_is_refused()
    {
        var library = File.ReadAllBytes(RealLibraries.LibTorchSharp);
        library[18] = 183; // AArch64

        Assert.Throws<InvalidDataException>(() => LibTorchSharpPatch.Apply(library));
    }

    [Fact]
    public void A_library_that_needs_no_patch_stays_as_it_is()
    {
        var original = File.ReadAllBytes(RealLibraries.LibTorch);
        var library = original.ToArray();

        Assert.False(LibTorchSharpPatch.Apply(library));
        Assert.Equal(original, library);
    }

    private static IEnumerable<(int Offset, byte Old, byte New)> Differences(byte[] old, byte[] changed)
    {
        Assert.Equal(old.Length, changed.Length);
        return Enumerable.Range(0, old.Length).Where(i => old[i] != changed[i]).Select(i => (i, old[i], changed[i])).ToArray();
    }
}
