using System.Diagnostics;
using Grokking.Runtime;

namespace Grokking.Tests.Runtime;

public sealed class WriterLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_second_to_ask_is_told_who_has_the_file_and_gets_it_when_it_is_free()
    {
        using (WriterLock.Take(_folder["run"]))
        {
            var message = Assert.Throws<FileInUseException>(() => WriterLock.Take(_folder["run"])).Message;
            Assert.Matches(
                $@"^{_folder["run"]} is being written by process {Environment.ProcessId} on {Environment.MachineName} since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC; wait for its end, or name another file\.$",
                message);
            using var other = WriterLock.Take(_folder["other"]);
        }

        using var again = WriterLock.Take(_folder["run"]);
    }

    [Fact]
    public async Task Who_waits_gets_the_file_as_soon_as_it_is_free()
    {
        var first = WriterLock.Take(_folder["run"]);
        var clock = Stopwatch.StartNew();
        List<string> owners = [];
        var second = Task.Run(() => WriterLock.Take(_folder["run"], TimeSpan.FromMinutes(1), owners.Add), TestContext.Current.CancellationToken);
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second).Dispose();
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.5, 30);
        Assert.StartsWith($"process {Environment.ProcessId} on ", Assert.Single(owners));
    }

    [Fact]
    public void A_link_and_what_it_leads_to_are_one_file()
    {
        File.CreateSymbolicLink(_folder["link"], "run");
        using var owned = WriterLock.Take(_folder["run"]);
        Assert.Throws<FileInUseException>(() => WriterLock.Take(_folder["link"]));
    }

    [Fact]
    public void The_longest_name_has_a_lock_too()
    {
        using var owned = WriterLock.Take(_folder[new string('n', 255)]);
    }
}
