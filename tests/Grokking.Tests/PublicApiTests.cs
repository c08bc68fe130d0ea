using System.Reflection;
using Grokking.Models;

namespace Grokking.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void What_the_packages_offer_changes_only_where_somebody_has_said_so()
    {
        var notebooks = Assembly.LoadFrom(Repository.File("src/Grokking.Notebooks/bin/Grokking.Notebooks.dll"));
        var offered = $"{PublicApi.Of(typeof(GrokkingMlp).Assembly)}\n{PublicApi.Of(notebooks)}";
        var now = Path.Combine(AppContext.BaseDirectory, "public-api.txt");
        File.WriteAllText(now, offered);

        var said = File.ReadAllText(Repository.File("tests/Grokking.Tests/Reference/public-api.txt")).ReplaceLineEndings("\n");

        Assert.True(offered == said, $"The public API is another. If that was meant: cp {now} {Repository.File("tests/Grokking.Tests/Reference/public-api.txt")}");
    }
}
