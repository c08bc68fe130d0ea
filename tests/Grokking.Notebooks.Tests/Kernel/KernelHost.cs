namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>A front end whose way of talking to a kernel the tests can speak.</summary>
public enum KernelHost
{
    VSCode,
    Jupyter,
}
