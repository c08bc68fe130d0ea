using System.Buffers;
using System.Numerics.Tensors;
using Grokking.Data;
using Grokking.Models;
using Grokking.Runtime;

namespace Grokking.Training.Fused;

/// <summary>
/// Trains a <see cref="GrokkingMlp"/> in place, several times faster than <see cref="AutogradEngine"/>: the same
/// algorithm in hand-written SIMD, on as many threads as it is given. The weights, step for step, are those of the model's
/// own tensors; nothing else may write to them while the engine is in use.
/// </summary>
/// <remarks>
/// <para>
/// The first two layers in factored form. A hidden unit sees <c>W1·concat(E[a], E[∘], E[b], E[=]) + b1</c>, which is
/// <c>A[a] + B[b] + c</c> with two tables of p rows, <c>A = E·W1aᵀ</c> and <c>B = E·W1bᵀ</c>, and a constant. They are
/// made once a step, in place of a product for every equation; the gradient flows back through the same tables.
/// </para>
/// <para>
/// A step, with barriers between its phases. A batch is always cut into the same four chunks, each chunk's gradients have
/// memory of their own, and they are added in the order of the chunks: what is computed, to the last bit, does not depend
/// on how many threads there are. Two cores exchange sums, a fraction of what the equations' rows would be.
/// <code>
///   chunks      own chunks       hidden, logits, softmax, loss; of each chunk the gradient of W2, b2 and the tables (scatter)
///   sums        own classes      gradient of W2, b2
///               own units        gradient of the tables, of W1, b1
///   embeddings  own tokens       gradient of E; AdamW on E, W2 (also transposed), b1, b2
///   hidden      own units        AdamW on W1 (also transposed); A, B and c for the next step
/// </code>
/// </para>
/// </remarks>
public sealed class FusedEngine : ITrainingEngine
{
    private const int A = 0;
    private const int Op = 1;
    private const int B = 2;
    private const int Eq = 3;

    // More would let more threads share the largest phase, and cost every step more sums.
    private const int Chunks = 4;

    private readonly EquationDataset _dataset;
    private readonly OptimizerSettings _settings;
    private readonly ThreadTeam _team;
    private readonly Action<int> _trainStep;
    private readonly Action<int> _evaluateStep;

    // Sizes: numbers (tokens a and b take), tokens, width of an embedding, hidden units; and the last two padded.
    private readonly int _numbers;
    private readonly int _tokens;
    private readonly int _width;
    private readonly int _units;
    private readonly int _unitStride;
    private readonly int _logitStride;

    // Of every equation of the dataset: its two numbers and its result.
    private readonly int[] _a;
    private readonly int[] _b;
    private readonly int[] _labels;

    private readonly Weight _embedding;
    private readonly Weight _hidden;
    private readonly Weight _hiddenBias;
    private readonly Weight _output;
    private readonly Weight _outputBias;

    // The transposes that the products want, and the bias with its padding.
    private readonly Memory<float> _hiddenTransposedA;
    private readonly Memory<float> _hiddenTransposedB;
    private readonly Memory<float> _outputTransposed;
    private readonly Memory<float> _paddedOutputBias;

    // [chunks, size of the gradient]: what each chunk of the batch adds.
    private readonly Memory<float> _outputParts;
    private readonly Memory<float> _outputBiasParts;
    private readonly Memory<float> _tablePartsA;
    private readonly Memory<float> _tablePartsB;

    // [numbers, units]: the tables and their gradients; [units]: what is the same for every equation, and its '=' part.
    private readonly Memory<float> _tableA;
    private readonly Memory<float> _tableB;
    private readonly Memory<float> _tableGradientA;
    private readonly Memory<float> _tableGradientB;
    private readonly Memory<float> _constant;
    private readonly Memory<float> _equalsSignConstant;

    // The batch: [equations] and [equations, units or logits].
    private int _equations;
    private AdamWKernel _adamW;
    private int[] _batch = [];
    private double[] _losses = [];
    private bool[] _correct = [];
    private Memory<float> _activations;
    private Memory<float> _activationGradients;
    private Memory<float> _logits;
    private long _step;

    /// <summary>An engine that trains a model on a dataset's equations.</summary>
    /// <param name="model">The network, on the CPU, in float32.</param>
    /// <param name="dataset">The equations.</param>
    /// <param name="settings">AdamW's numbers.</param>
    /// <param name="threads">Threads that do the arithmetic; by default as many as there are physical cores.</param>
    /// <exception cref="ArgumentException">The model's vocabulary is not the dataset's, or the optimiser is not AdamW.</exception>
    /// <exception cref="NotSupportedException">The model is on another device or of another type.</exception>
    public FusedEngine(GrokkingMlp model, EquationDataset dataset, OptimizerSettings settings, int? threads = null)
    {
        model.RequireVocabulary(dataset);
        if (settings.Name != "adamw")
        {
            throw new ArgumentException($"The fused engine takes AdamW's steps, not those of '{settings.Name}'; the autograd engine takes them.");
        }

        Model = model;
        _dataset = dataset;
        _settings = settings;
        (_numbers, _tokens, _width, _units) = (dataset.Modulus, model.VocabularySize, model.EmbeddingWidth, model.HiddenWidth);
        _unitStride = Padded(_units);
        _logitStride = Padded(_tokens);

        long[] equations = [.. Enumerable.Range(0, dataset.Count)];
        _a = [.. equations.Select(equation => (int)dataset.TokensOf(equation)[A])];
        _b = [.. equations.Select(equation => (int)dataset.TokensOf(equation)[B])];
        _labels = [.. equations.Select(equation => (int)dataset.LabelOf(equation))];

        _embedding = new Weight(model.Embedding.weight!, "net.0.weight");
        _hidden = new Weight(model.HiddenLayer.weight!, "net.2.weight");
        _hiddenBias = new Weight(model.HiddenLayer.bias!, "net.2.bias");
        _output = new Weight(model.OutputLayer.weight!, "net.4.weight");
        _outputBias = new Weight(model.OutputLayer.bias!, "net.4.bias");

        _hiddenTransposedA = AlignedBuffer.Allocate(_width, _unitStride);
        _hiddenTransposedB = AlignedBuffer.Allocate(_width, _unitStride);
        _outputTransposed = AlignedBuffer.Allocate(_units, _logitStride);
        _paddedOutputBias = AlignedBuffer.Allocate(1, _logitStride);
        _paddedOutputBias.Span.Fill(float.NegativeInfinity);
        _tableA = AlignedBuffer.Allocate(_numbers, _unitStride);
        _tableB = AlignedBuffer.Allocate(_numbers, _unitStride);
        _tableGradientA = AlignedBuffer.Allocate(_numbers, _unitStride);
        _tableGradientB = AlignedBuffer.Allocate(_numbers, _unitStride);
        _outputParts = AlignedBuffer.Allocate(Chunks, _tokens * _units);
        _outputBiasParts = AlignedBuffer.Allocate(Chunks, _logitStride);
        _tablePartsA = AlignedBuffer.Allocate(Chunks, _numbers * _unitStride);
        _tablePartsB = AlignedBuffer.Allocate(Chunks, _numbers * _unitStride);
        _constant = AlignedBuffer.Allocate(1, _unitStride);
        _equalsSignConstant = AlignedBuffer.Allocate(1, _unitStride);

        // libtorch's own threads would spin for the cores that this engine uses.
        TorchSharp.torch.set_num_threads(1);
        _team = new ThreadTeam(threads ?? PhysicalCores.Count);
        _trainStep = TrainStep;
        _evaluateStep = EvaluateStep;
        _team.Run(Prepare);
    }

    /// <inheritdoc/>
    public EquationModel Model { get; }

    /// <inheritdoc/>
    public BatchResult TrainBatch(ReadOnlySpan<long> indices)
    {
        Gather(indices);
        _adamW = new AdamWKernel(_settings, ++_step);
        _team.Run(_trainStep);
        return Summarise();
    }

    /// <inheritdoc/>
    public BatchResult EvaluateBatch(ReadOnlySpan<long> indices)
    {
        Gather(indices);
        _team.Run(_evaluateStep);
        return Summarise();
    }

    /// <inheritdoc/>
    public OptimizerState OptimizerState
    {
        get => new(_step, Weights.SelectMany(weight => weight.Moments).ToDictionary());
        set
        {
            foreach (var weight in Weights)
            {
                weight.SetMoments(value);
            }

            _step = value.Step;
            _team.Run(Prepare);
        }
    }

    /// <summary>Ends the engine's threads; the model keeps its weights.</summary>
    public void Dispose()
    {
        _team.Dispose();
        foreach (var weight in Weights)
        {
            weight.Dispose();
        }
    }

    private Weight[] Weights => [_embedding, _hidden, _hiddenBias, _output, _outputBias];

    private static int Padded(int count) => (count + Softmax.Padding - 1) / Softmax.Padding * Softmax.Padding;

    /// <summary>A member's share of some results, in whole blocks: a cache line is written by one thread only.</summary>
    private Range Share(int member, int count, int block = 1)
    {
        var blocks = (count + block - 1) / block;
        return Math.Min(blocks * member / _team.Size * block, count)..Math.Min(blocks * (member + 1) / _team.Size * block, count);
    }

    /// <summary>The equations of the batch that a chunk has, whole tiles but for the last; none where there are few.</summary>
    private Range Chunk(int chunk)
    {
        return Start(chunk)..Start(chunk + 1);

        int Start(int chunk) => chunk == Chunks ? _equations
            : Math.Min((int)Math.Round((double)_equations * chunk / Chunks / MatrixKernel.TileRows) * MatrixKernel.TileRows, _equations);
    }

    private void Gather(ReadOnlySpan<long> indices)
    {
        if (indices.IsEmpty)
        {
            throw new ArgumentException("The batch is empty; it needs at least one equation.", nameof(indices));
        }

        _equations = indices.Length;
        if (_batch.Length < _equations)
        {
            _activations = AlignedBuffer.Allocate(_equations, _unitStride);
            _activationGradients = AlignedBuffer.Allocate(_equations, _unitStride);
            _logits = AlignedBuffer.Allocate(_equations, _logitStride);
            _losses = new double[_equations];
            _correct = new bool[_equations];
            // Last, as its length says what there is room for.
            _batch = new int[_equations];
        }

        for (var i = 0; i < indices.Length; i++)
        {
            var equation = indices[i];
            if (equation < 0 || equation >= _dataset.Count)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(indices), $"Equation {equation} is not in the dataset; its equations go from 0 to {_dataset.Count - 1}.");
            }

            _batch[i] = (int)equation;
        }
    }

    private BatchResult Summarise()
    {
        var (loss, correct) = (0.0, 0);
        for (var i = 0; i < _equations; i++)
        {
            loss += _losses[i];
            correct += _correct[i] ? 1 : 0;
        }

        return new BatchResult(loss / _equations, correct);
    }

    private void Prepare(int member)
    {
        MakeTables(Share(member, _units, Softmax.Padding));
        TransposeOutput(Share(member, _tokens));
        if (member == 0)
        {
            _outputBias.Values.Span.CopyTo(_paddedOutputBias.Span);
        }
    }

    private void EvaluateStep(int member) => Forward(Share(member, _equations), scale: 0);

    private void TrainStep(int member)
    {
        var units = Share(member, _units, Softmax.Padding);
        var tokens = Share(member, _tokens);

        for (var chunk = Chunks * member / _team.Size; chunk < Chunks * (member + 1) / _team.Size; chunk++)
        {
            var equations = Chunk(chunk);
            Forward(equations, scale: 1f / _equations);
            Backward(chunk, equations);
        }

        _team.Barrier();

        SumOutputGradients(tokens);
        SumTableGradients(units);
        HiddenGradients(units);
        _team.Barrier();

        EmbeddingGradients(tokens);
        _embedding.Update(_adamW, tokens, _width);
        _output.Update(_adamW, tokens, _units);
        TransposeOutput(tokens);
        if (member == 0)
        {
            _hiddenBias.Update(_adamW, .._units, 1);
            _outputBias.Update(_adamW, .._tokens, 1);
            _outputBias.Values.Span.CopyTo(_paddedOutputBias.Span);
        }

        _team.Barrier();

        _hidden.Update(_adamW, units, EquationDataset.TokensPerEquation * _width);
        MakeTables(units);
    }

    /// <summary>Hidden activations, logits, losses; the logits become their gradients.</summary>
    private void Forward(Range equations, float scale)
    {
        var (start, count) = equations.GetOffsetAndLength(_equations);
        for (var i = start; i < start + count; i++)
        {
            Relu.Forward(
                Row(_tableA, _a[_batch[i]], _unitStride), Row(_tableB, _b[_batch[i]], _unitStride), _constant.Span, Row(_activations, i, _unitStride));
        }

        MatrixKernel.Multiply(
            count, _logitStride, _units,
            Rows(_activations, start, count, _unitStride), _unitStride, 1,
            _outputTransposed.Span, _logitStride,
            Rows(_logits, start, count, _logitStride), _logitStride);
        for (var i = start; i < start + count; i++)
        {
            _losses[i] = Softmax.CrossEntropy(
                Row(_logits, i, _logitStride), _paddedOutputBias.Span, _labels[_batch[i]], scale, out _correct[i]);
        }
    }

    /// <summary>What some equations add to the gradients of the output layer and, where a unit was active, of the tables.</summary>
    private void Backward(int chunk, Range equations)
    {
        var (start, count) = equations.GetOffsetAndLength(_equations);
        var activations = Rows(_activations, start, count, _unitStride);
        var activationGradients = Rows(_activationGradients, start, count, _unitStride);
        var logitGradients = Rows(_logits, start, count, _logitStride);
        MatrixKernel.Multiply(
            _tokens, _units, count,
            logitGradients, 1, _logitStride,
            activations, _unitStride,
            Row(_outputParts, chunk, _tokens * _units), _units);
        ColumnSums.Of(logitGradients, _logitStride, count, Row(_outputBiasParts, chunk, _logitStride));
        MatrixKernel.Multiply(
            count, _units, _tokens,
            logitGradients, _logitStride, 1,
            _output.Values.Span, _units,
            activationGradients, _unitStride);

        var partA = Row(_tablePartsA, chunk, _numbers * _unitStride);
        var partB = Row(_tablePartsB, chunk, _numbers * _unitStride);
        partA.Clear();
        partB.Clear();
        for (var i = 0; i < count; i++)
        {
            var equation = _batch[start + i];
            Relu.AddBackward(
                activationGradients.Slice(i * _unitStride, _unitStride),
                activations.Slice(i * _unitStride, _unitStride),
                partA.Slice(_a[equation] * _unitStride, _unitStride),
                partB.Slice(_b[equation] * _unitStride, _unitStride));
        }
    }

    private void SumOutputGradients(Range tokens)
    {
        var (start, count) = tokens.GetOffsetAndLength(_tokens);
        SumParts(_outputParts, _tokens * _units, start * _units, _output.Gradients.Span.Slice(start * _units, count * _units));
        SumParts(_outputBiasParts, _logitStride, start, _outputBias.Gradients.Span.Slice(start, count));
    }

    private void SumTableGradients(Range units)
    {
        var (start, count) = units.GetOffsetAndLength(_units);
        for (var number = 0; number < _numbers; number++)
        {
            var first = (number * _unitStride) + start;
            SumParts(_tablePartsA, _numbers * _unitStride, first, _tableGradientA.Span.Slice(first, count));
            SumParts(_tablePartsB, _numbers * _unitStride, first, _tableGradientB.Span.Slice(first, count));
        }
    }

    private static void SumParts(Memory<float> parts, int size, int first, Span<float> sums) =>
        ColumnSums.Of(parts.Span[first..], size, Chunks, sums);

    private void HiddenGradients(Range units)
    {
        var (start, count) = units.GetOffsetAndLength(_units);
        var bias = _hiddenBias.Gradients.Span.Slice(start, count);
        ColumnSums.Of(_tableGradientA.Span[start..], _unitStride, _numbers, bias);

        HiddenGradient(A, _numbers, _tableGradientA.Span[start..], _unitStride, 0);
        HiddenGradient(B, _numbers, _tableGradientB.Span[start..], _unitStride, 0);
        HiddenGradient(Op, 1, bias, 0, (int)_dataset.Vocabulary.Operation);
        HiddenGradient(Eq, 1, bias, 0, (int)_dataset.Vocabulary.EqualsSign);

        void HiddenGradient(int slot, int depth, ReadOnlySpan<float> gradients, int stride, int token)
        {
            var columns = EquationDataset.TokensPerEquation * _width;
            MatrixKernel.Multiply(
                count, _width, depth,
                gradients, 1, stride,
                _embedding.Values.Span[(token * _width)..], _width,
                _hidden.Gradients.Span[((start * columns) + (slot * _width))..], columns);
        }
    }

    private void EmbeddingGradients(Range tokens)
    {
        var (start, count) = tokens.GetOffsetAndLength(_tokens);
        var numbers = Math.Clamp(_numbers - start, 0, count);
        if (numbers > 0)
        {
            EmbeddingGradient(start, numbers, A, Rows(_tableGradientA, start, numbers, _unitStride), accumulate: false);
            EmbeddingGradient(start, numbers, B, Rows(_tableGradientB, start, numbers, _unitStride), accumulate: true);
        }

        for (var token = start + numbers; token < start + count; token++)
        {
            EmbeddingGradient(token, 1, token == _dataset.Vocabulary.Operation ? Op : Eq, _hiddenBias.Gradients.Span, accumulate: false);
        }

        void EmbeddingGradient(int token, int rows, int slot, ReadOnlySpan<float> gradients, bool accumulate) =>
            MatrixKernel.Multiply(
                rows, _width, _units,
                gradients, _unitStride, 1,
                _hidden.Values.Span[(slot * _width)..], EquationDataset.TokensPerEquation * _width,
                _embedding.Gradients.Span[(token * _width)..], _width,
                accumulate);
    }

    /// <summary>What a and b (the two tables) and everything else (the constant) add to a hidden unit.</summary>
    private void MakeTables(Range units)
    {
        var (start, count) = units.GetOffsetAndLength(_units);
        if (count == 0)
        {
            return;
        }

        TransposeHidden(start, count);
        SumConstants(start, count);
        Table(_hiddenTransposedA, _tableA);
        Table(_hiddenTransposedB, _tableB);

        void Table(Memory<float> transposed, Memory<float> table) =>
            MatrixKernel.Multiply(
                _numbers, count, _width,
                _embedding.Values.Span, _width, 1,
                transposed.Span[start..], _unitStride,
                table.Span[start..], _unitStride);
    }

    /// <summary>What the operation, <c>=</c> and the bias add to a hidden unit.</summary>
    private void SumConstants(int start, int count)
    {
        var constant = _constant.Span.Slice(start, count);
        Product(Op, _dataset.Vocabulary.Operation, constant);
        var equalsSign = _equalsSignConstant.Span.Slice(start, count);
        Product(Eq, _dataset.Vocabulary.EqualsSign, equalsSign);
        TensorPrimitives.Add(constant, equalsSign, constant);
        TensorPrimitives.Add(constant, _hiddenBias.Values.Span.Slice(start, count), constant);

        void Product(int slot, long token, Span<float> result)
        {
            var columns = EquationDataset.TokensPerEquation * _width;
            MatrixKernel.Multiply(
                count, 1, _width,
                _hidden.Values.Span[((start * columns) + (slot * _width))..], columns, 1,
                Row(_embedding.Values, (int)token, _width), 1,
                result, 1);
        }
    }

    private void TransposeHidden(int start, int count)
    {
        Slot(A, _hiddenTransposedA);
        Slot(B, _hiddenTransposedB);

        void Slot(int slot, Memory<float> transposed)
        {
            var columns = EquationDataset.TokensPerEquation * _width;
            Transpose.Of(
                _hidden.Values.Span[((start * columns) + (slot * _width))..], columns, count, _width,
                transposed.Span[start..], _unitStride);
        }
    }

    private void TransposeOutput(Range tokens)
    {
        var (start, count) = tokens.GetOffsetAndLength(_tokens);
        Transpose.Of(Rows(_output.Values, start, count, _units), _units, count, _units, _outputTransposed.Span[start..], _logitStride);
    }

    private static Span<float> Row(Memory<float> matrix, int row, int stride) => matrix.Span.Slice(row * stride, stride);

    private static Span<float> Rows(Memory<float> matrix, int start, int count, int stride) =>
        matrix.Span.Slice(start * stride, count * stride);

    /// <summary>A parameter of the model with what training it takes.</summary>
    private sealed class Weight : IDisposable
    {
        private readonly IMemoryOwner<float> _memory;
        private readonly long[] _shape;
        private readonly Memory<float> _means;
        private readonly Memory<float> _squares;

        public Weight(TorchSharp.torch.Tensor parameter, string name)
        {
            Name = name;
            _shape = parameter.shape;
            _memory = new TensorMemory(parameter, name);
            Values = _memory.Memory;
            Gradients = AlignedBuffer.Allocate(1, Values.Length);
            _means = AlignedBuffer.Allocate(1, Values.Length);
            _squares = AlignedBuffer.Allocate(1, Values.Length);
        }

        public string Name { get; }

        public Memory<float> Values { get; }

        public Memory<float> Gradients { get; }

        /// <summary>A copy of AdamW's moments, under PyTorch's names.</summary>
        public KeyValuePair<string, TensorValues>[] Moments =>
        [
            new($"{Name}.exp_avg", new TensorValues(_shape, _means.ToArray())),
            new($"{Name}.exp_avg_sq", new TensorValues(_shape, _squares.ToArray())),
        ];

        public void SetMoments(OptimizerState state)
        {
            state.Of($"{Name}.exp_avg", _shape).Values.CopyTo(_means);
            state.Of($"{Name}.exp_avg_sq", _shape).Values.CopyTo(_squares);
        }

        public void Dispose() => _memory.Dispose();

        public void Update(AdamWKernel adamW, Range rows, int columns)
        {
            var (start, count) = rows.GetOffsetAndLength(Values.Length / columns);
            var (first, length) = (start * columns, count * columns);
            adamW.Update(
                Values.Span.Slice(first, length), Gradients.Span.Slice(first, length),
                _means.Span.Slice(first, length), _squares.Span.Slice(first, length));
        }
    }
}
