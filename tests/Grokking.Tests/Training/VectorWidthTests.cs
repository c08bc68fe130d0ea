using System.Diagnostics;
using System.Runtime.Intrinsics;
using Grokking.Tests.Training.Fused;

namespace Grokking.Tests.Training;

public sealed class VectorWidthTests
{
    /// <summary>What this processor can do without: the variable that says so, and the bits that are left.</summary>
    public static TheoryData<string, int> NarrowerVectors
    {
        get
        {
            var rows = new TheoryData<string, int>();
            if (Vector512.IsHardwareAccelerated)
            {
                rows.Add("DOTNET_EnableAVX512", 256);
            }

            if (Vector256.IsHardwareAccelerated)
            {
                rows.Add("DOTNET_EnableAVX2", 128);
            }

            return rows;
        }
    }

    /// <summary>A process is told to do without the wider vectors, and runs the kernels' tests with what is left.</summary>
    [Theory]
    [MemberData(nameof(NarrowerVectors))]
    public async Task Kernels_pass_their_tests_on_narrower_vectors_and_train_the_same_weights_to_the_bit(string variable, int bits)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[variable] = "0";
        start.ArgumentList.Add(typeof(VectorWidthTests).Assembly.Location);
        start.ArgumentList.Add("-showLiveOutput");
        foreach (var tests in (Type[])[typeof(MatrixKernelTests), typeof(SoftmaxTests), typeof(ReluTests), typeof(AdamWKernelTests), typeof(FingerprintTests)])
        {
            start.ArgumentList.Add("-class");
            start.ArgumentList.Add(tests.FullName!);
        }

        using var process = Process.Start(start)!;
        var cancellation = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        Assert.True(process.ExitCode == 0, await output + await errors);

        var ours = FingerprintTests.Fingerprint();
        Assert.Contains($"{bits} bits{ours[ours.IndexOf(',')..]}", await output, StringComparison.Ordinal);
    }
}
