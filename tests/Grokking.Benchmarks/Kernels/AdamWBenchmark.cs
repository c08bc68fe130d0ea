using BenchmarkDotNet.Attributes;
using Grokking.Runs;
using Grokking.Training.Fused;

namespace Grokking.Benchmarks.Kernels;

/// <summary>One AdamW step over as many weights as the original's network has.</summary>
public class AdamWBenchmark
{
    private const int Weights = 91_107;

    private readonly AdamWKernel _adamW = new(RunSettings.Original.Optimizer, step: 1);
    private readonly Memory<float> _weights = RandomNumbers.Buffer(new Random(0), Weights);
    private readonly Memory<float> _gradients = RandomNumbers.Buffer(new Random(1), Weights);
    private readonly Memory<float> _means = AlignedBuffer.Allocate(1, Weights);
    private readonly Memory<float> _squares = AlignedBuffer.Allocate(1, Weights);

    [Benchmark]
    public void Update() => _adamW.Update(_weights.Span, _gradients.Span, _means.Span, _squares.Span);
}
