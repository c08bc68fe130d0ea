using System.Diagnostics;
using System.Runtime.Intrinsics;
using Grokking.Tests.Training.Fused;

namespace Grokking.Tests.Training;

public sealed class VectorWidthTests
{
    /// <summary>A process is told to do without the wider vectors, and runs the kernels' tests with what is left.</summary>
    [Theory]
    [InlineData("DOTNET_EnableAVX512", 512, 256)]
    [InlineData("DOTNET_EnableAVX2", 256, 128)]
    public async Task Kernels_pass_their_tests_on_narrower_vectors_and_train_the_same_weights_to_the_bit(string variable, int without, int bits)
    {
        var wider = without == 512 ? Vector512.IsHardwareAccelerated : Vector256.IsHardwareAccelerated;
        Assert.SkipUnless(wider, $"This processor has no vectors of {without} bits to do without.");

        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[variable] = "0";
        start.ArgumentList.Add(typeof(VectorWidthTests).Assembly.Location);
        start.ArgumentList.Add("-showLiveOutput");
        foreach (var tests in (Type[])[typeof(MatrixKernelTests), typeof(SoftmaxTests), typeof(ReluTests), typeof(AdamWTests), typeof(FingerprintTests)])
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
