using Grokking.Runtime;

namespace Grokking.Tests.Runtime;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_fails_half_way_leaves_the_file_before_it_and_nothing_else()
    {
        File.WriteAllText(_folder["file"], "before");
        Assert.Throws<IOException>(() => AtomicFile.Write(_folder["file"], stream =>
        {
            stream.Write("half"u8);
            throw new IOException("the disk is full");
        }));
        Assert.Equal("before", File.ReadAllText(_folder["file"]));
        Assert.Equal([_folder["file"]], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_link_stays_a_link_and_what_it_leads_to_is_written()
    {
        Directory.CreateDirectory(_folder["elsewhere"]);
        File.WriteAllText(_folder["elsewhere", "target"], "before");
        File.CreateSymbolicLink(_folder["middle"], _folder["elsewhere", "target"]);
        File.CreateSymbolicLink(_folder["link"], "middle");
        AtomicFile.RequireWritable(_folder["link"]);
        AtomicFile.Write(_folder["link"], "after");
        Assert.Equal("middle", new FileInfo(_folder["link"]).LinkTarget);
        Assert.Equal("after", File.ReadAllText(_folder["elsewhere", "target"]));
    }

    [Fact]
    public void A_link_to_nothing_gets_its_target()
    {
        File.CreateSymbolicLink(_folder["link"], "target");
        AtomicFile.Write(_folder["link"], "after");
        Assert.Equal("after", File.ReadAllText(_folder["target"]));
        Assert.Equal("target", new FileInfo(_folder["link"]).LinkTarget);
    }

    [Fact]
    public void The_mode_of_a_file_is_kept()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.WriteAllText(_folder["file"], "before");
        File.SetUnixFileMode(_folder["file"], mode);
        AtomicFile.Write(_folder["file"], "after");
        Assert.Equal(mode, File.GetUnixFileMode(_folder["file"]));
    }

    [Fact]
    public void A_name_as_long_as_the_file_system_allows_is_written_and_a_longer_one_refused_beforehand()
    {
        var longest = _folder[new string('n', 255)];
        AtomicFile.RequireWritable(longest);
        AtomicFile.Write(longest, "text");
        Assert.Equal("text", File.ReadAllText(longest));
        Assert.ThrowsAny<IOException>(() => AtomicFile.RequireWritable(_folder[new string('n', 256)]));
    }

    [Fact]
    public void To_try_leaves_nothing_behind_and_makes_the_folder()
    {
        AtomicFile.RequireWritable(_folder["new", "file"]);
        Assert.Empty(Directory.GetFileSystemEntries(_folder["new"]));
        Assert.Throws<IOException>(() => AtomicFile.RequireWritable(_folder["new"]));
    }
}
