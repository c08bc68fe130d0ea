using System.Runtime.CompilerServices;
using Grokking.Data;

namespace Grokking.Training.Fused;

/// <summary>The equations of a step, and what is known of each: activations, logits, loss. Its memory is that of the largest batch so far.</summary>
internal sealed class FusedBatch(EquationDataset dataset, int unitStride, int logitStride)
{
    /// <summary>
    /// The pieces that a batch is always cut into. More would let more threads share the largest phase, and cost every step more sums.
    /// </summary>
    public const int Chunks = 4;

    private int[] _a = [];
    private int[] _b = [];
    private int[] _labels = [];
    private double[] _losses = [];
    private bool[] _correct = [];
    private Memory<float> _activations;
    private Memory<float> _activationGradients;
    private Memory<float> _logits;

    /// <summary>The number of equations.</summary>
    public int Count { get; private set; }

    /// <summary>Takes other equations.</summary>
    /// <exception cref="ArgumentException">There is none, or one that the dataset does not have.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Gather(ReadOnlySpan<long> indices)
    {
        dataset.RequireIndices(indices);
        Count = indices.Length;
        if (_labels.Length < Count)
        {
            _activations = AlignedBuffer.Allocate(Count, unitStride);
            _activationGradients = AlignedBuffer.Allocate(Count, unitStride);
            _logits = AlignedBuffer.Allocate(Count, logitStride);
            (_a, _b, _losses, _correct) = (new int[Count], new int[Count], new double[Count], new bool[Count]);
            // Last, as its length says what there is room for.
            _labels = new int[Count];
        }

        for (var i = 0; i < indices.Length; i++)
        {
            var equation = indices[i];
            var tokens = dataset.TokensOf(equation);
            (_a[i], _b[i], _labels[i]) = ((int)tokens[0], (int)tokens[2], (int)dataset.LabelOf(equation));
        }
    }

    /// <summary>The equations of a chunk, whole tiles but for the last; none where there are few.</summary>
    public Range Chunk(int chunk)
    {
        return Start(chunk)..Start(chunk + 1);

        int Start(int chunk) => chunk == Chunks ? Count
            : Math.Min((int)Math.Round((double)Count * chunk / Chunks / MatrixKernel.TileRows) * MatrixKernel.TileRows, Count);
    }

    /// <summary>Activations, logits and losses of some equations; the logits become their gradients, or are lost where the scale is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Forward(FactoredLayers hidden, LogitLayer output, Range equations, float scale)
    {
        var (start, count) = equations.GetOffsetAndLength(Count);
        for (var i = start; i < start + count; i++)
        {
            hidden.Forward(_a[i], _b[i], _activations.Row(i, unitStride));
        }

        output.Forward(count, _activations.Rows(start, count, unitStride), _logits.Rows(start, count, logitStride));
        for (var i = start; i < start + count; i++)
        {
            _losses[i] = Softmax.CrossEntropy(_logits.Row(i, logitStride), output.PaddedBias.Span, _labels[i], scale, out _correct[i]);
        }
    }

    /// <summary>What a chunk adds to the layers' gradients.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Backward(FactoredLayers hidden, LogitLayer output, int chunk)
    {
        var (start, count) = Chunk(chunk).GetOffsetAndLength(Count);
        var activations = _activations.Rows(start, count, unitStride);
        var gradients = _activationGradients.Rows(start, count, unitStride);
        output.Backward(chunk, count, activations, _logits.Rows(start, count, logitStride), gradients);
        hidden.Backward(chunk, _a.AsSpan(start, count), _b.AsSpan(start, count), activations, gradients);
    }

    /// <summary>What the equations measured, summed in their order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public BatchResult Summarise()
    {
        var (loss, correct) = (0.0, 0);
        for (var i = 0; i < Count; i++)
        {
            loss += _losses[i];
            correct += _correct[i] ? 1 : 0;
        }

        return new BatchResult(loss / Count, correct);
    }
}
