using System.Collections.Concurrent;

namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>Tests that share kernels run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class KernelCollection : ICollectionFixture<SharedKernels>
{
    public const string Name = "Kernels";
}

/// <summary>A kernel a host, started when it is first wanted, for tests that do not need a fresh one.</summary>
public sealed class SharedKernels : IDisposable
{
    private readonly ConcurrentDictionary<KernelHost, NotebookKernel> _kernels = new();

    internal NotebookKernel this[KernelHost host] => _kernels.GetOrAdd(host, _ => NotebookKernel.Open(host, Repository.Notebooks));

    public void Dispose()
    {
        foreach (var kernel in _kernels.Values)
        {
            kernel.Dispose();
        }
    }
}
