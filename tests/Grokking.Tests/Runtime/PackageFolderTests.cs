using Grokking.Runtime;

namespace Grokking.Tests.Runtime;

public sealed class PackageFolderTests
{
    [Theory]
    [InlineData("/packages/grokking/1.0.0/lib/net10.0/Grokking.dll", "/packages")]
    [InlineData("/src/Grokking/bin/Debug/net10.0/Grokking.dll", null)]
    [InlineData("/usr/lib/net10.0/Grokking.dll", null)]
    [InlineData("/Grokking.dll", null)]
    [InlineData("", null)]
    public void The_folder_around_an_assembly_is_known_by_its_packages_layout(string assembly, string? folder)
        => Assert.Equal(folder, PackageFolder.Around(assembly.Replace('/', Path.DirectorySeparatorChar))?.Replace(Path.DirectorySeparatorChar, '/'));

    [Fact]
    public void The_users_own_folder_is_the_last_that_is_tried()
        => Assert.Equal(
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"),
            PackageFolder.Candidates(typeof(PackageFolderTests).Assembly.Location)[^1]);

    [Theory]
    [InlineData("<configuration><config><add key=\"globalPackagesFolder\" value=\"../kept\" /></config></configuration>", "kept")]
    [InlineData("<configuration><config><add key=\"http_proxy\" value=\"x\" /></config></configuration>", null)]
    [InlineData("<configuration />", null)]
    [InlineData("<configuration><config>", null)]
    public void A_configuration_above_the_assembly_may_name_it(string configuration, string? folder)
    {
        using var there = new TemporaryFolder();
        Directory.CreateDirectory(there["work/bin"]);
        File.WriteAllText(there["work/nuget.config"], configuration);
        var candidates = PackageFolder.Candidates(there["work/bin/Grokking.dll"]);
        Assert.Equal(folder is not null, candidates.Contains(there["kept"]));
        Assert.Equal(folder is null ? null : there[folder], PackageFolder.Configured(there["work/nuget.config"]));
    }
}
