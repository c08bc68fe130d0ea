using Grokking.Models;

namespace Grokking.Training.Fused;

/// <summary>The output layer, <c>logits = W2·h + b2</c>, and its gradients.</summary>
internal sealed class LogitLayer
{
    private readonly int _tokens;
    private readonly int _units;
    private readonly int _unitStride;

    // [units, logits]: W2 transposed, as its product wants it.
    private readonly Memory<float> _transposed;

    // [chunks, size of the gradient]: what each chunk of the batch adds.
    private readonly Memory<float> _parts;
    private readonly Memory<float> _biasParts;

    /// <summary>The layer of a model.</summary>
    /// <param name="model">The network.</param>
    /// <param name="unitStride">From one equation's activations to the next.</param>
    public LogitLayer(GrokkingMlp model, int unitStride)
    {
        (_tokens, _units, _unitStride) = (model.VocabularySize, model.HiddenWidth, unitStride);
        Stride = Softmax.Padded(_tokens);
        Weight = new TrainedParameter(model.OutputLayer.weight!, "net.4.weight");
        Bias = new TrainedParameter(model.OutputLayer.bias!, "net.4.bias");
        _transposed = AlignedBuffer.Allocate(_units, Stride);
        _parts = AlignedBuffer.Allocate(FusedBatch.Chunks, _tokens * _units);
        _biasParts = AlignedBuffer.Allocate(FusedBatch.Chunks, Stride);
        PaddedBias = AlignedBuffer.Allocate(1, Stride);
        PaddedBias.Span.Fill(float.NegativeInfinity);
    }

    /// <summary>The logits, padded: from one equation's to the next.</summary>
    public int Stride { get; }

    /// <summary>W2, <c>[tokens, units]</c>.</summary>
    public TrainedParameter Weight { get; }

    /// <summary>b2, <c>[tokens]</c>.</summary>
    public TrainedParameter Bias { get; }

    /// <summary>b2 as of the last <see cref="PadBias"/>, <c>[stride]</c>; minus infinity in the padding.</summary>
    public Memory<float> PaddedBias { get; }

    /// <summary>The logits of some equations, without the bias.</summary>
    public void Forward(int equations, ReadOnlySpan<float> activations, Span<float> logits) =>
        MatrixKernel.Multiply(
            equations, Stride, _units,
            activations, _unitStride, 1,
            _transposed.Span, Stride,
            logits, Stride);

    /// <summary>What a chunk of a batch adds to the gradients of W2 and b2, and the gradients of its activations.</summary>
    public void Backward(
        int chunk, int equations, ReadOnlySpan<float> activations, ReadOnlySpan<float> logitGradients, Span<float> activationGradients)
    {
        MatrixKernel.Multiply(
            _tokens, _units, equations,
            logitGradients, 1, Stride,
            activations, _unitStride,
            _parts.Row(chunk, _tokens * _units), _units);
        ColumnSum.Of(logitGradients, Stride, equations, _biasParts.Row(chunk, Stride));
        MatrixKernel.Multiply(
            equations, _units, _tokens,
            logitGradients, Stride, 1,
            Weight.Values.Span, _units,
            activationGradients, _unitStride);
    }

    /// <summary>Adds the chunks up: the gradient of W2 and b2, for some tokens.</summary>
    public void SumGradients(Range tokens)
    {
        var (start, count) = tokens.GetOffsetAndLength(_tokens);
        ColumnSum.Of(_parts.Span[(start * _units)..], _tokens * _units, FusedBatch.Chunks, Weight.Gradient.Rows(start, count, _units));
        ColumnSum.Of(_biasParts.Span[start..], Stride, FusedBatch.Chunks, Bias.Gradient.Span.Slice(start, count));
    }

    /// <summary>Makes the transpose of W2's rows of some tokens, from the weights as they are now.</summary>
    public void TransposeRows(Range tokens)
    {
        var (start, count) = tokens.GetOffsetAndLength(_tokens);
        Transpose.Of(Weight.Values.Rows(start, count, _units), _units, count, _units, _transposed.Span[start..], Stride);
    }

    /// <summary>Makes the padded bias, from the bias as it is now.</summary>
    public void PadBias() => Bias.Values.Span.CopyTo(PaddedBias.Span);
}
