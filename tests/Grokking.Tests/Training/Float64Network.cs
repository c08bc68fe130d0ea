using Grokking.Data;
using Grokking.Models;

namespace Grokking.Tests.Training;

/// <summary>The original's network as plain loops in float64: what every other way to compute it is held against.</summary>
internal sealed class Float64Network
{
    private readonly int _tokens;
    private readonly int _width;
    private readonly int _units;

    /// <summary>A copy of a model's weights.</summary>
    public Float64Network(GrokkingMlp model)
    {
        (_tokens, _width, _units) = (model.VocabularySize, model.EmbeddingWidth, model.HiddenWidth);
        Weights = [.. Models.Weights.Of(model).Select(weight => (double)weight)];
    }

    /// <summary>All weights, in the order of the model's parameters.</summary>
    public double[] Weights { get; }

    /// <summary>The mean cross-entropy of some equations.</summary>
    public double Loss(EquationDataset dataset, ReadOnlySpan<long> equations)
    {
        var sum = 0.0;
        foreach (var equation in equations)
        {
            var logits = Logits(dataset.TokensOf(equation));
            var maximum = logits.Max();
            sum += maximum - logits[dataset.LabelOf(equation)] + Math.Log(logits.Sum(logit => Math.Exp(logit - maximum)));
        }

        return sum / equations.Length;
    }

    /// <summary>How far the hidden unit that is nearest to its ReLU's kink is from it.</summary>
    public double DistanceFromKink(EquationDataset dataset, ReadOnlySpan<long> equations)
    {
        var nearest = double.PositiveInfinity;
        foreach (var equation in equations)
        {
            nearest = Math.Min(nearest, Hidden(dataset.TokensOf(equation)).Min(Math.Abs));
        }

        return nearest;
    }

    private double[] Logits(ReadOnlySpan<long> tokens)
    {
        var hidden = Hidden(tokens);
        var weights = OffsetOfHiddenBias + _units;
        var bias = weights + (_tokens * _units);
        var logits = new double[_tokens];
        for (var token = 0; token < _tokens; token++)
        {
            logits[token] = Weights[bias + token];
            for (var unit = 0; unit < _units; unit++)
            {
                logits[token] += Weights[weights + (token * _units) + unit] * Math.Max(hidden[unit], 0);
            }
        }

        return logits;
    }

    private int OffsetOfHiddenBias => (_tokens * _width) + (_units * EquationDataset.TokensPerEquation * _width);

    private double[] Hidden(ReadOnlySpan<long> tokens)
    {
        var columns = EquationDataset.TokensPerEquation * _width;
        var hidden = new double[_units];
        for (var unit = 0; unit < _units; unit++)
        {
            hidden[unit] = Weights[OffsetOfHiddenBias + unit];
            for (var column = 0; column < columns; column++)
            {
                var embedding = Weights[((int)tokens[column / _width] * _width) + (column % _width)];
                hidden[unit] += Weights[(_tokens * _width) + (unit * columns) + column] * embedding;
            }
        }

        return hidden;
    }
}
