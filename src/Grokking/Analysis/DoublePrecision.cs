using System.Reflection;
using Grokking.Data;
using Grokking.Models;
using TorchSharp;
using TorchSharp.Modules;
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
        var modules = copy.modules().Append(copy).Select(module => (Module: module, Before: module.named_parameters(recurse: false).ToArray())).ToArray();
        copy.to(ScalarType.Float64);
        foreach (var (module, before) in modules)
        {
            var after = module.named_parameters(recurse: false).ToDictionary();
            Array.ForEach(before, entry => Follow(module, entry.parameter, after[entry.name]));
        }

        copy.eval();
        return copy;
    }

    // TorchSharp frees the old parameters, and looks for the fields that hold them only under the parameters' own names.
    private static void Follow(nn.Module module, Parameter before, Parameter after)
    {
        for (var type = module.GetType(); type is not null; type = type.BaseType)
        {
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (ReferenceEquals(field.GetValue(module), before))
                {
                    field.SetValue(module, after);
                }
            }
        }
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
