namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>Tests that start kernels run one after another: they measure times, and a kernel is a heavy thing.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class KernelCollection
{
    public const string Name = "Kernels";
}
