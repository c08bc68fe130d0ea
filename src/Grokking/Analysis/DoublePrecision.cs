using Grokking.Data;
using Grokking.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Grokking.Analysis;

/// <summary>A network in float64, apart from the one it was copied from: analysis may change its weights.</summary>
internal static class DoublePrecision
{
    /// <summary>A copy in float64; the caller disposes of it.</summary>
    public static T Copy<T>(T model)
        where T : EquationModel
    {
        var copy = (T)model.Copy();
        copy.to(ScalarType.Float64);
        return copy;
    }

    /// <summary>The logits of all equations, <c>[equations, vocabulary] float64</c>.</summary>
    public static Tensor Logits(EquationModel model, EquationDataset dataset)
    {
        using var copy = Copy(model);
        return LogitsOf(copy, dataset);
    }

    /// <summary>The same of a network that is in float64 already.</summary>
    public static Tensor LogitsOf(EquationModel copy, EquationDataset dataset)
    {
        using var withoutGradients = no_grad();
        return copy.Logits(dataset, arange(dataset.Count, dtype: int64));
    }
}
