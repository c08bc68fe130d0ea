using Grokking.Data;
using Grokking.Models;
using Grokking.Training;

namespace Grokking.Tests.Training;

/// <summary>
/// The training of <see cref="GrokkingMlp"/> in the plainest C#: a batch forwards, backwards, and a step of AdamW, in loops over
/// numbers. To be read first; <see cref="AutogradEngine"/> and <see cref="Grokking.Training.Fused.FusedEngine"/> do the same.
/// </summary>
internal sealed class PlainMlp(GrokkingMlp model, EquationDataset dataset, OptimizerSettings settings)
{
    private readonly int _width = model.EmbeddingWidth;
    private readonly int _units = model.HiddenWidth;
    private readonly int _tokens = model.VocabularySize;
    private readonly Parameter _embedding = new(model.Embedding.weight!);   // [tokens, width]
    private readonly Parameter _hidden = new(model.HiddenLayer.weight!);    // [units, 4 · width]
    private readonly Parameter _hiddenBias = new(model.HiddenLayer.bias!);  // [units]
    private readonly Parameter _output = new(model.OutputLayer.weight!);    // [tokens, units]
    private readonly Parameter _outputBias = new(model.OutputLayer.bias!);  // [tokens]
    private int _step;

    /// <summary>All weights, in the order of the model's parameters.</summary>
    public IEnumerable<float> Weights => Parameters.SelectMany(parameter => parameter.Values);

    private Parameter[] Parameters => [_embedding, _hidden, _hiddenBias, _output, _outputBias];

    /// <summary>The loss of a batch, and how many answers are right; where it trains, with a step.</summary>
    public BatchResult Batch(ReadOnlySpan<long> indices, bool train)
    {
        var (loss, correct) = (0.0, 0);
        foreach (var index in indices)
        {
            var tokens = dataset.TokensOf(index);
            var label = (int)dataset.LabelOf(index);

            // Forwards: the four tokens' embeddings, a hidden layer of rectified sums, a score for each token.
            var input = new float[4 * _width];
            for (var i = 0; i < input.Length; i++)
            {
                input[i] = _embedding.Values[((int)tokens[i / _width] * _width) + (i % _width)];
            }

            var hidden = new float[_units];
            for (var j = 0; j < _units; j++)
            {
                var sum = _hiddenBias.Values[j];
                for (var i = 0; i < input.Length; i++)
                {
                    sum += _hidden.Values[(j * input.Length) + i] * input[i];
                }

                hidden[j] = Math.Max(0, sum);
            }

            var logits = new float[_tokens];
            for (var k = 0; k < _tokens; k++)
            {
                logits[k] = _outputBias.Values[k];
                for (var j = 0; j < _units; j++)
                {
                    logits[k] += _output.Values[(k * _units) + j] * hidden[j];
                }
            }

            // Cross-entropy, and its gradient: softmax less one at the label.
            var highest = logits.Max();
            var total = logits.Sum(logit => Math.Exp(logit - highest));
            loss += highest + Math.Log(total) - logits[label];
            correct += Array.IndexOf(logits, highest) == label ? 1 : 0;
            if (!train)
            {
                continue;
            }

            var hiddenGradient = new float[_units];
            for (var k = 0; k < _tokens; k++)
            {
                var gradient = (float)((Math.Exp(logits[k] - highest) / total) - (k == label ? 1 : 0)) / indices.Length;
                _outputBias.Gradient[k] += gradient;
                for (var j = 0; j < _units; j++)
                {
                    _output.Gradient[(k * _units) + j] += gradient * hidden[j];
                    hiddenGradient[j] += gradient * _output.Values[(k * _units) + j];
                }
            }

            // Backwards through the units that were active, to the embeddings of the four tokens.
            for (var j = 0; j < _units; j++)
            {
                if (hidden[j] > 0)
                {
                    _hiddenBias.Gradient[j] += hiddenGradient[j];
                    for (var i = 0; i < input.Length; i++)
                    {
                        _hidden.Gradient[(j * input.Length) + i] += hiddenGradient[j] * input[i];
                        _embedding.Gradient[((int)tokens[i / _width] * _width) + (i % _width)] += hiddenGradient[j] * _hidden.Values[(j * input.Length) + i];
                    }
                }
            }
        }

        if (train)
        {
            _step++;
            Array.ForEach(Parameters, parameter => parameter.Step(settings, _step));
        }

        return new BatchResult(loss / indices.Length, correct);
    }

    /// <summary>Weights with their gradients and moments.</summary>
    private sealed class Parameter(TorchSharp.torch.Tensor tensor)
    {
        private readonly float[] _first = new float[tensor.numel()];
        private readonly float[] _second = new float[tensor.numel()];

        public float[] Values { get; } = tensor.detach().data<float>().ToArray();

        public float[] Gradient { get; } = new float[tensor.numel()];

        /// <summary>AdamW (https://pytorch.org/docs/stable/generated/torch.optim.AdamW.html); the gradient is zero afterwards.</summary>
        public void Step(OptimizerSettings settings, int step)
        {
            var rate = settings.LearningRate * settings.LearningRateFactor(step);
            var (correction1, correction2) = (1 - Math.Pow(settings.Beta1, step), 1 - Math.Pow(settings.Beta2, step));
            for (var i = 0; i < Values.Length; i++)
            {
                _first[i] = (float)((settings.Beta1 * _first[i]) + ((1 - settings.Beta1) * Gradient[i]));
                _second[i] = (float)((settings.Beta2 * _second[i]) + ((1 - settings.Beta2) * Gradient[i] * Gradient[i]));
                Values[i] -= (float)(rate * ((settings.WeightDecay * Values[i]) + (_first[i] / correction1 / (Math.Sqrt(_second[i] / correction2) + settings.Epsilon))));
                Gradient[i] = 0;
            }
        }
    }
}
