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
}
