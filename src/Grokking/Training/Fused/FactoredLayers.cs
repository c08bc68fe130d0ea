using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Grokking.Data;
using Grokking.Models;

namespace Grokking.Training.Fused;

/// <summary>
/// The embedding and the hidden layer as one. A hidden unit sees <c>W1·concat(E[a], E[∘], E[b], E[=]) + b1</c>, which is
/// <c>A[a] + B[b] + c</c> with two tables of p rows, <c>A = E·W1aᵀ</c> and <c>B = E·W1bᵀ</c>, and a constant. They are
/// made once a step, in place of a product for every equation; the gradient flows back through the same tables.
/// </summary>
internal sealed class FactoredLayers
{
    // Where a token stands in an equation.
    private const int A = 0;
    private const int Op = 1;
    private const int B = 2;
    private const int Eq = 3;

    private readonly int _numbers;
    private readonly int _tokens;
    private readonly int _width;
    private readonly int _inputs;
    private readonly int _units;
    private readonly int _operation;
    private readonly int _equalsSign;

    // [width, units]: the parts of W1 that a and b meet, transposed as the products want them.
    private readonly Memory<float> _transposedA;
    private readonly Memory<float> _transposedB;

    // [numbers, units]: the tables and their gradients; [units]: what is the same for every equation, and its '=' part.
    private readonly Memory<float> _tableA;
    private readonly Memory<float> _tableB;
    private readonly Memory<float> _tableGradientA;
    private readonly Memory<float> _tableGradientB;
    private readonly Memory<float> _constant;
    private readonly Memory<float> _equalsSignConstant;

    // [chunks, numbers · units]: what each chunk of the batch adds to the tables' gradients.
    private readonly Memory<float> _partsA;
    private readonly Memory<float> _partsB;

    /// <summary>The layers of a model, for the equations of a dataset.</summary>
    public FactoredLayers(GrokkingMlp model, EquationDataset dataset)
    {
        (_numbers, _tokens, _width, _units) = (dataset.Modulus, model.VocabularySize, model.EmbeddingWidth, model.HiddenWidth);
        _inputs = EquationDataset.TokensPerEquation * _width;
        (_operation, _equalsSign) = ((int)dataset.Vocabulary.Operation, (int)dataset.Vocabulary.EqualsSign);
        Stride = Softmax.Padded(_units);
        Embedding = new TrainedParameter(model.Embedding.weight!, "net.0.weight");
        Weight = new TrainedParameter(model.HiddenLayer.weight!, "net.2.weight");
        Bias = new TrainedParameter(model.HiddenLayer.bias!, "net.2.bias");
        _transposedA = AlignedBuffer.Allocate(_width, Stride);
        _transposedB = AlignedBuffer.Allocate(_width, Stride);
        _tableA = AlignedBuffer.Allocate(_numbers, Stride);
        _tableB = AlignedBuffer.Allocate(_numbers, Stride);
        _tableGradientA = AlignedBuffer.Allocate(_numbers, Stride);
        _tableGradientB = AlignedBuffer.Allocate(_numbers, Stride);
        _constant = AlignedBuffer.Allocate(1, Stride);
        _equalsSignConstant = AlignedBuffer.Allocate(1, Stride);
        _partsA = AlignedBuffer.Allocate(FusedBatch.Chunks, _numbers * Stride);
        _partsB = AlignedBuffer.Allocate(FusedBatch.Chunks, _numbers * Stride);
    }

    /// <summary>The hidden units, padded: from one equation's activations to the next.</summary>
    public int Stride { get; }

    /// <summary>E, <c>[tokens, width]</c>.</summary>
    public TrainedParameter Embedding { get; }

    /// <summary>W1, <c>[units, 4 · width]</c>.</summary>
    public TrainedParameter Weight { get; }

    /// <summary>b1, <c>[units]</c>.</summary>
    public TrainedParameter Bias { get; }

    /// <summary>The hidden activations of an equation, <c>[stride]</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Forward(int a, int b, Span<float> activations) =>
        Relu.Forward(_tableA.Row(a, Stride), _tableB.Row(b, Stride), _constant.Span, activations);

    /// <summary>What a chunk of a batch adds to the tables' gradients, where a unit was active.</summary>
    /// <param name="chunk">The chunk; its gradients have memory of their own.</param>
    /// <param name="a">The left numbers of its equations.</param>
    /// <param name="b">The right ones.</param>
    /// <param name="activations">The equations' activations, <c>[equations, stride]</c>.</param>
    /// <param name="activationGradients">And their gradients.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Backward(
        int chunk, ReadOnlySpan<int> a, ReadOnlySpan<int> b, ReadOnlySpan<float> activations, ReadOnlySpan<float> activationGradients)
    {
        var partA = _partsA.Row(chunk, _numbers * Stride);
        var partB = _partsB.Row(chunk, _numbers * Stride);
        partA.Clear();
        partB.Clear();
        for (var i = 0; i < a.Length; i++)
        {
            Relu.AddBackward(
                activationGradients.Slice(i * Stride, Stride), activations.Slice(i * Stride, Stride),
                partA.Slice(a[i] * Stride, Stride), partB.Slice(b[i] * Stride, Stride));
        }
    }

    /// <summary>Adds the chunks up: the gradient of the tables, and of W1 and b1, for some units.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void SumGradients(Range units)
    {
        var (start, count) = units.GetOffsetAndLength(_units);
        for (var number = 0; number < _numbers; number++)
        {
            var first = (number * Stride) + start;
            ColumnSum.Of(_partsA.Span[first..], _numbers * Stride, FusedBatch.Chunks, _tableGradientA.Span.Slice(first, count));
            ColumnSum.Of(_partsB.Span[first..], _numbers * Stride, FusedBatch.Chunks, _tableGradientB.Span.Slice(first, count));
        }

        var bias = Bias.Gradient.Span.Slice(start, count);
        ColumnSum.Of(_tableGradientA.Span[start..], Stride, _numbers, bias);
        WeightGradient(A, _numbers, _tableGradientA.Span[start..], Stride, 0);
        WeightGradient(B, _numbers, _tableGradientB.Span[start..], Stride, 0);
        WeightGradient(Op, 1, bias, 0, _operation);
        WeightGradient(Eq, 1, bias, 0, _equalsSign);

        void WeightGradient(int place, int depth, ReadOnlySpan<float> gradients, int stride, int token) =>
            MatrixKernel.Multiply(
                count, _width, depth,
                gradients, 1, stride,
                Embedding.Values.Span[(token * _width)..], _width,
                Weight.Gradient.Span[((start * _inputs) + (place * _width))..], _inputs);
    }

    /// <summary>The gradient of E, for some tokens.</summary>
    public void EmbeddingGradient(Range tokens)
    {
        var (start, count) = tokens.GetOffsetAndLength(_tokens);
        var numbers = Math.Clamp(_numbers - start, 0, count);
        if (numbers > 0)
        {
            Gradient(start, numbers, A, _tableGradientA.Rows(start, numbers, Stride), accumulate: false);
            Gradient(start, numbers, B, _tableGradientB.Rows(start, numbers, Stride), accumulate: true);
        }

        for (var token = start + numbers; token < start + count; token++)
        {
            Gradient(token, 1, token == _operation ? Op : Eq, Bias.Gradient.Span, accumulate: false);
        }

        void Gradient(int token, int rows, int place, ReadOnlySpan<float> gradients, bool accumulate) =>
            MatrixKernel.Multiply(
                rows, _width, _units,
                gradients, Stride, 1,
                Weight.Values.Span[(place * _width)..], _inputs,
                Embedding.Gradient.Span[(token * _width)..], _width,
                accumulate);
    }

    /// <summary>What a and b (the two tables) and everything else (the constant) add to some units, from the weights as they are now.</summary>
    public void MakeTables(Range units)
    {
        var (start, count) = units.GetOffsetAndLength(_units);
        if (count == 0)
        {
            return;
        }

        Transposed(A, _transposedA);
        Transposed(B, _transposedB);
        var constant = _constant.Span.Slice(start, count);
        var equalsSign = _equalsSignConstant.Span.Slice(start, count);
        Constant(Op, _operation, constant);
        Constant(Eq, _equalsSign, equalsSign);
        TensorPrimitives.Add(constant, equalsSign, constant);
        TensorPrimitives.Add(constant, Bias.Values.Span.Slice(start, count), constant);
        Table(_transposedA, _tableA);
        Table(_transposedB, _tableB);

        Span<float> WeightsOf(int place) => Weight.Values.Span[((start * _inputs) + (place * _width))..];

        void Transposed(int place, Memory<float> transposed) =>
            Transpose.Of(WeightsOf(place), _inputs, count, _width, transposed.Span[start..], Stride);

        void Constant(int place, int token, Span<float> result) =>
            MatrixKernel.Multiply(
                count, 1, _width,
                WeightsOf(place), _inputs, 1,
                Embedding.Values.Row(token, _width), 1,
                result, 1);

        void Table(Memory<float> transposed, Memory<float> table) =>
            MatrixKernel.Multiply(
                _numbers, count, _width,
                Embedding.Values.Span, _width, 1,
                transposed.Span[start..], Stride,
                table.Span[start..], Stride);
    }
}
