using BenchmarkDotNet.Attributes;
using Grokking.Training.Fused;

namespace Grokking.Benchmarks.Kernels;

/// <summary>The matrix kernel on the products of a training step, on one thread.</summary>
public class MatrixBenchmark
{
    private Memory<float> _a;
    private Memory<float> _b;
    private Memory<float> _c;

    public static IEnumerable<StepProduct> Products => StepProduct.All;

    [ParamsSource(nameof(Products))]
    public StepProduct Product { get; set; } = null!;

    [GlobalSetup]
    public void Fill()
    {
        var random = new Random(0);
        _a = RandomNumbers.Buffer(random, Product.ALength);
        _b = RandomNumbers.Buffer(random, Product.BLength);
        _c = AlignedBuffer.Allocate(1, Product.CLength);
    }

    [Benchmark]
    public void Multiply() => MatrixKernel.Multiply(
        Product.Rows, Product.Columns, Product.Depth,
        _a.Span, Product.ARow, Product.AStep,
        _b.Span, Product.BRow,
        _c.Span, Product.CRow);
}
