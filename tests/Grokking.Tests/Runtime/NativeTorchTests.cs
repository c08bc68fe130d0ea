using System.Diagnostics;
using System.Runtime.Versioning;
using Grokking.Runtime;
using TorchSharp;

namespace Grokking.Tests.Runtime;

[UnsupportedOSPlatform("windows")]
public sealed class NativeTorchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Torch_computes_with_no_natives_in_the_output_folder()
    {
        NativeTorch.Load();

        using var product = torch.ones(2, 3).mm(torch.ones(3, 4));
        Assert.Equal(24, product.sum().item<float>());
        Assert.Equal([16, 3], torch.randn(16, 3).shape);
        Assert.DoesNotContain(
            Directory.EnumerateFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories),
            file => Path.GetFileName(file).Contains("torch_cpu", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_processes_that_start_at_once_with_an_empty_cache_both_compute()
    {
        var outputs = await Task.WhenAll(ComputeInAnotherProcess(), ComputeInAnotherProcess());

        Assert.All(outputs, AssertComputed);
        if (NativeTorch.SystemLacksSymbol)
        {
            Assert.Single(Directory.GetFiles(_folder["grokking"]));
        }
        else
        {
            Assert.False(Directory.Exists(_folder["grokking"]));
        }
    }

    [Fact]
    public async Task A_process_repairs_a_damaged_cache_before_it_computes()
    {
        Assert.SkipUnless(NativeTorch.SystemLacksSymbol, "This system needs no patched copy.");
        var copy = NativeTorch.PatchedCopy(RealLibraries.LibTorchSharp, NativeTorch.TorchSharpVersion, _folder["grokking"]);
        var patched = await File.ReadAllBytesAsync(copy, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(copy, "no library", TestContext.Current.CancellationToken);

        var output = await ComputeInAnotherProcess();

        AssertComputed(output);
        Assert.Equal(patched, await File.ReadAllBytesAsync(copy, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_process_with_nowhere_to_keep_the_patched_copy_gets_the_sentence_from_Load()
    {
        Assert.SkipUnless(NativeTorch.SystemLacksSymbol, "This system needs no patched copy.");
        await File.WriteAllTextAsync(_folder["grokking"], "no folder", TestContext.Current.CancellationToken);

        var output = await ComputeInAnotherProcess();

        Assert.NotEqual(0, output.ExitCode);
        Assert.Contains("Set XDG_CACHE_HOME to a folder that you may write to.", output.Text, StringComparison.Ordinal);
        Assert.Contains("NativeTorch.Load()", output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_patched_copy_is_the_users_own_and_leaves_no_other_file()
    {
        var original = RealLibraries.LibTorchSharp;
        var copies = new string[8];

        Parallel.For(0, copies.Length, i => copies[i] = NativeTorch.PatchedCopy(original, "0.107.0", _folder["grokking"]));

        var copy = Assert.Single(copies.Distinct());
        Assert.Equal([copy], Directory.GetFiles(_folder["grokking"]));
        Assert.StartsWith("libLibTorchSharp-0.107.0-", Path.GetFileName(copy), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(copy));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder["grokking"]));
        var expected = File.ReadAllBytes(original);
        LibTorchSharpPatch.Apply(expected);
        Assert.Equal(expected, File.ReadAllBytes(copy));
    }

    [Fact]
    public void A_cache_folder_open_to_others_is_closed()
    {
        var library = RealLibraries.LibTorchSharp;
        Directory.CreateDirectory(_folder["grokking"]);
        File.SetUnixFileMode(_folder["grokking"], (UnixFileMode)0b111_111_111);

        NativeTorch.PatchedCopy(library, "0.107.0", _folder["grokking"]);

        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(_folder["grokking"]));
    }

    [Theory]
    [InlineData(0b110_110_000, "660")]
    [InlineData(0b110_000_010, "602")]
    public void A_cached_copy_that_others_may_write_to_is_not_used(int mode, string inDigits)
    {
        var copy = NativeTorch.PatchedCopy(RealLibraries.LibTorchSharp, "0.107.0", _folder["grokking"]);
        File.SetUnixFileMode(copy, (UnixFileMode)mode);

        var exception = Assert.Throws<NativeLibraryException>(() => NativeTorch.PatchedCopy(RealLibraries.LibTorchSharp, "0.107.0", _folder["grokking"]));

        Assert.Equal(
            $"{copy} is not used: others than its owner may write to it (mode {inDigits}). Delete it, or set XDG_CACHE_HOME to a folder of your own.",
            exception.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cache_of_another_users_is_not_used(bool wholeFolder)
    {
        var copy = NativeTorch.PatchedCopy(RealLibraries.LibTorchSharp, "0.107.0", _folder["grokking"]);
        var anothers = wholeFolder ? _folder["grokking"] : copy;
        using var chown = Process.Start(new ProcessStartInfo("chown", ["12345", anothers]) { RedirectStandardError = true })!;
        await chown.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.SkipUnless(chown.ExitCode == 0, "Only root gives files away.");
        var mode = File.GetUnixFileMode(anothers);

        var exception = Assert.Throws<NativeLibraryException>(() => NativeTorch.PatchedCopy(RealLibraries.LibTorchSharp, "0.107.0", _folder["grokking"]));

        Assert.Equal(
            $"{anothers} is not used: it belongs to user 12345, and this is user 0. Delete it, or set XDG_CACHE_HOME to a folder of your own.",
            exception.Message);
        Assert.Equal(mode, File.GetUnixFileMode(anothers));
    }

    [Theory]
    [InlineData("/cache", "/home/ada", "/cache/grokking")]
    [InlineData("cache", "/home/ada", "/home/ada/.cache/grokking")]
    [InlineData("", "/home/ada", "/home/ada/.cache/grokking")]
    [InlineData(null, "/home/ada", "/home/ada/.cache/grokking")]
    [InlineData(null, "", null)]
    [InlineData("cache", "ada", null)]
    public void The_cache_is_never_under_a_relative_path(string? cacheHome, string home, string? expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The paths are Unix's.");
        if (expected is not null)
        {
            Assert.Equal(expected, NativeTorch.CacheFolder(cacheHome, home));
            return;
        }

        Assert.Equal(
            "There is no home folder to keep the copy of TorchSharp's library in that this system needs. Set XDG_CACHE_HOME to a folder of your own.",
            Assert.Throws<NativeLibraryException>(() => NativeTorch.CacheFolder(cacheHome, home)).Message);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1000, 0)]
    [InlineData(int.MaxValue, 77)]
    public void A_cached_copy_with_other_contents_is_replaced(int length, byte first)
    {
        var copy = NativeTorch.PatchedCopy(RealLibraries.LibTorchSharp, "0.107.0", _folder.Path);
        var patched = File.ReadAllBytes(copy);
        var wrong = patched[..Math.Min(length, patched.Length)];
        wrong.AsSpan(0, Math.Min(1, wrong.Length)).Fill(first);
        File.WriteAllBytes(copy, wrong);

        Assert.Equal(copy, NativeTorch.PatchedCopy(RealLibraries.LibTorchSharp, "0.107.0", _folder.Path));
        Assert.Equal(patched, File.ReadAllBytes(copy));
    }

    [Fact]
    public void A_library_that_needs_no_patch_is_used_itself()
    {
        Assert.Equal(RealLibraries.LibTorch, NativeTorch.PatchedCopy(RealLibraries.LibTorch, "0.107.0", _folder["grokking"]));
        Assert.False(Directory.Exists(_folder["grokking"]));
    }

    [Fact]
    public void A_library_that_cannot_be_patched_is_refused_with_what_is_needed_what_is_there_and_what_to_do()
    {
        var library = _folder["libLibTorchSharp.so"];
        File.WriteAllBytes(library, File.ReadAllBytes(RealLibraries.LibTorchSharp)[..100_000]);

        var exception = Assert.Throws<NativeLibraryException>(() => NativeTorch.PatchedCopy(library, "0.107.0", _folder["grokking"]));

        Assert.StartsWith($"{library} needs GLIBCXX_3.4.32 of GCC 13's libstdc++.so.6, this", exception.Message, StringComparison.Ordinal);
        Assert.Matches(@"with GLIBCXX_3\.4\.\d+,", exception.Message);
        Assert.Contains("and the file cannot be adapted: it is cut short or damaged", exception.Message, StringComparison.Ordinal);
        Assert.Contains("run 'dotnet restore'", exception.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["grokking"]));
    }

    [Fact]
    public void A_cache_folder_that_cannot_be_written_is_named_with_the_variable_that_moves_it()
    {
        File.WriteAllText(_folder["file"], "");

        var exception = Assert.Throws<NativeLibraryException>(
            () => NativeTorch.PatchedCopy(RealLibraries.LibTorchSharp, "0.107.0", _folder["file", "grokking"]));

        Assert.Contains(_folder["file", "grokking"], exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("Set XDG_CACHE_HOME to a folder that you may write to.", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("linux-x64", "libtorch_cpu.so", "libLibTorchSharp.so")]
    [InlineData("osx-arm64", "libtorch_cpu.dylib", "libLibTorchSharp.dylib")]
    [InlineData("win-x64", "torch_cpu.dll", "LibTorchSharp.dll")]
    public void Natives_are_taken_from_beside_the_application_before_the_package_folder(string rid, string torch, string torchSharp)
    {
        string[] packages = ["packages"];
        string[] libTorch = [.. packages, $"libtorch-cpu-{rid}", "2.10.0", "runtimes", rid, "native"];
        string[] libTorchSharp = [.. packages, "torchsharp", "0.107.0", "runtimes", rid, "native"];
        Write("packages", "torchsharp-cpu", "0.107.0", "torchsharp-cpu.nuspec", """
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata>
            <dependencies><group targetFramework="net8.0">
            <dependency id="libtorch-cpu" version="2.10.0" /><dependency id="TorchSharp" version="0.107.0" />
            </group></dependencies></metadata></package>
            """);
        Write([.. libTorch, torch, ""]);
        Write([.. libTorchSharp, torchSharp, ""]);
        Write("packages", $"libtorch-cpu-{rid}", "2.11.0", "runtimes", rid, "native", torch, "");
        (string, string) Found() => NativeTorch.Find("0.107.0", rid, [_folder["application"]], [_folder["none"], _folder["packages"]]);

        Assert.Equal((_folder[libTorch], _folder[libTorchSharp]), Found());

        Write("application", torch, "");
        Assert.Equal((_folder[libTorch], _folder[libTorchSharp]), Found());

        Write("application", torchSharp, "");
        Assert.Equal((_folder["application"], _folder["application"]), Found());

        var portable = _folder["application", "runtimes", rid, "native"];
        Write("application", "runtimes", rid, "native", torch, "");
        Write("application", "runtimes", rid, "native", torchSharp, "");
        Assert.Equal((portable, portable), Found());
    }

    [Fact]
    public void Missing_natives_are_named_with_the_folders_searched_and_what_to_do()
    {
        var exception = Assert.Throws<NativeLibraryException>(
            () => NativeTorch.Find("0.107.0", "linux-x64", [_folder["application"]], [_folder["packages"]]));

        Assert.Equal(
            "libtorch is missing: libtorch_cpu.so and libLibTorchSharp.so of TorchSharp-cpu 0.107.0 are neither beside the application "
            + $"({_folder["application"]}) nor in the NuGet package folder ({_folder["packages"]}). "
            + "Run 'dotnet restore' in the repository or in your project, or set NUGET_PACKAGES to the folder that has them.",
            exception.Message);
    }

    [Fact]
    public void Packages_that_are_missing_are_named_one_after_the_other_until_none_is()
    {
        Assert.Equal(("TorchSharp", "0.107.0"), Missing());
        Write("packages", "torchsharp", "0.107.0", "runtimes", "linux-x64", "native", "libLibTorchSharp.so", "");
        Assert.Equal(("TorchSharp-cpu", "0.107.0"), Missing());
        Write("packages", "torchsharp-cpu", "0.107.0", "torchsharp-cpu.nuspec", """<package><dependency id="libtorch-cpu" version="2.10.0" /></package>""");
        Assert.Equal(("libtorch-cpu-linux-x64", "2.10.0"), Missing());
        Write("packages", "libtorch-cpu-linux-x64", "2.10.0", "runtimes", "linux-x64", "native", "libtorch_cpu.so", "");
        Assert.Null(Missing());
        Assert.Null(NativeTorch.MissingPackage("0.107.0", "linux-arm64", [], []));

        (string, string)? Missing() => NativeTorch.MissingPackage("0.107.0", "linux-x64", [_folder["application"]], [_folder["packages"]]);
    }

    [Fact]
    public void A_platform_without_libtorch_is_named()
    {
        var exception = Assert.Throws<NativeLibraryException>(() => NativeTorch.Find("0.107.0", "linux-arm64", [], []));

        Assert.Equal(
            "libtorch is missing: there is none for linux-arm64. TorchSharp-cpu 0.107.0 has it for linux-x64, osx-arm64 and win-x64.",
            exception.Message);
    }

    [Fact]
    public void A_failure_on_Windows_names_the_known_issue_and_the_version_to_use()
        => Assert.Equal(
            "TorchSharp issue 1567 reports this of 0.107.0 on Windows: build with -p:TorchSharpVersion=0.106.0.",
            NativeTorch.Advice("win-x64", "The specified procedure could not be found. (0x8007007F)"));

    [Theory]
    [InlineData("version `GLIBCXX_3.4.30' not found", @"glibc 2\.34 and .* GLIBCXX_3\.4\.30, .* this is .* with GLIBCXX_3\.4\.\d+\.$")]
    [InlineData("failed to map segment from shared object", "mounted noexec: set XDG_CACHE_HOME")]
    [InlineData("file too short", "If the file is damaged, put it back")]
    public void What_to_do_about_a_library_that_does_not_load_fits_the_reason(string reason, string advice)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "These are the words of Linux's loader.");
        Assert.Matches(advice, NativeTorch.Advice("linux-x64", reason));
    }

    private static void AssertComputed((int ExitCode, string Text) output)
        => Assert.True(output.ExitCode == 0 && output.Text.Contains("Total: 1,", StringComparison.Ordinal), output.Text);

    /// <summary>Runs the first test above, alone, in a process whose cache folder is this test's.</summary>
    private async Task<(int ExitCode, string Text)> ComputeInAnotherProcess()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(NativeTorchTests).Assembly.Location);
        start.ArgumentList.Add("-method");
        start.ArgumentList.Add($"{typeof(NativeTorchTests)}.{nameof(Torch_computes_with_no_natives_in_the_output_folder)}");
        start.Environment["XDG_CACHE_HOME"] = _folder.Path;
        using var process = Process.Start(start)!;
        var cancellation = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>Writes a file: the parts of its path below the test's folder, then its contents.</summary>
    private void Write(params string[] partsAndContents)
    {
        var path = _folder[partsAndContents[..^1]];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, partsAndContents[^1]);
    }
}
