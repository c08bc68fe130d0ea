namespace Grokking.Benchmarks.Kernels;

/// <summary>A matrix product of a training step, with the strides that the fused engine gives it.</summary>
/// <param name="Name">What it computes.</param>
/// <param name="Rows">Rows of A and C.</param>
/// <param name="Columns">Columns of B and C.</param>
/// <param name="Depth">Columns of A, rows of B.</param>
/// <param name="ARow">From row to row of A.</param>
/// <param name="AStep">From step to step of A; more than 1 where A is read transposed.</param>
/// <param name="BRow">From row to row of B.</param>
/// <param name="CRow">From row to row of C.</param>
public sealed record StepProduct(string Name, int Rows, int Columns, int Depth, int ARow, int AStep, int BRow, int CRow)
{
    private const int Batch = 512;
    private const int Numbers = 97;
    private const int Tokens = 99;
    private const int PaddedTokens = 112;
    private const int Width = 128;
    private const int Units = 128;
    private const int HiddenColumns = 4 * Width;

    /// <summary>The six of the original's step: batch 512, p = 97, width 128.</summary>
    public static IEnumerable<StepProduct> All { get; } =
    [
        new("table", Numbers, Units, Width, Width, 1, Units, Units),
        new("logits", Batch, PaddedTokens, Units, Units, 1, PaddedTokens, PaddedTokens),
        new("gradient of H", Batch, Units, Tokens, PaddedTokens, 1, Units, Units),
        new("gradient of W2", Tokens, Units, Batch, 1, PaddedTokens, Units, Units),
        new("gradient of W1", Units, Width, Numbers, 1, Units, Width, HiddenColumns),
        new("gradient of E", Numbers, Width, Units, Units, 1, HiddenColumns, Width),
    ];

    /// <summary>Floating-point operations: two a multiply-add.</summary>
    public double Flop => 2.0 * Rows * Columns * Depth;

    /// <summary>The numbers A spans.</summary>
    public int ALength => ((Rows - 1) * ARow) + ((Depth - 1) * AStep) + 1;

    /// <summary>The numbers B spans.</summary>
    public int BLength => ((Depth - 1) * BRow) + Columns;

    /// <summary>The numbers C spans.</summary>
    public int CLength => ((Rows - 1) * CRow) + Columns;

    /// <summary>Name and shape: <c>logits 512×112×128</c>.</summary>
    public override string ToString() => $"{Name} {Rows}×{Columns}×{Depth}";
}
