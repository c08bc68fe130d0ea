using BenchmarkDotNet.Attributes;
using Grokking.Training.Fused;

namespace Grokking.Benchmarks.Kernels;

/// <summary>Softmax, loss and gradient of a batch's rows of logits: 512 rows of 99, padded to 112.</summary>
public class SoftmaxBenchmark
{
    private const int Batch = 512;
    private const int Tokens = 99;
    private const int PaddedTokens = 112;

    private readonly Memory<float> _bias = AlignedBuffer.Allocate(1, PaddedTokens);
    private readonly Memory<float> _rows = AlignedBuffer.Allocate(Batch, PaddedTokens);
    private readonly Memory<float> _logits = RandomNumbers.Buffer(new Random(0), Batch * PaddedTokens);

    public SoftmaxBenchmark() => _bias.Span[Tokens..].Fill(float.NegativeInfinity);

    /// <summary>What the other benchmark spends on fresh logits: the kernel overwrites them.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public void CopyRow() => _logits.Span.CopyTo(_rows.Span);

    [Benchmark(OperationsPerInvoke = Batch)]
    public double CopyRowAndCrossEntropy()
    {
        CopyRow();
        var loss = 0.0;
        for (var row = 0; row < Batch; row++)
        {
            loss += Softmax.CrossEntropy(
                _rows.Span.Slice(row * PaddedTokens, PaddedTokens), _bias.Span, row % Tokens, 1f / Batch, out _);
        }

        return loss;
    }
}
