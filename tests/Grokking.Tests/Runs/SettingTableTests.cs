namespace Grokking.Tests.Runs;

public sealed class SettingTableTests
{
    [Fact]
    public void The_READMEs_table_of_settings_is_that_of_the_code()
    {
        var readme = File.ReadAllText(Repository.File("README.md")).ReplaceLineEndings("\n");
        Assert.True(
            readme.Contains($"\n\n{SettingTable.Markdown()}\n\n", StringComparison.Ordinal),
            "README.md has another table; `dotnet run --project tests/Grokking.Benchmarks -- settings` prints this one.");
    }
}
