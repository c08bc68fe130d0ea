namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>What a notebook's first cell calls, and a kernel that takes the package has called already.</summary>
[Collection(KernelCollection.Name)]
public sealed class StartTests(SharedKernels kernels)
{
    [Theory]
    [InlineData(KernelHost.VSCode)]
    [InlineData(KernelHost.Jupyter)]
    public void Two_starts_in_one_cell_send_plotly_once_and_one_in_the_next_cell_sends_it_again(KernelHost host)
    {
        const string Starts = """
            #r "../src/Grokking.Notebooks/bin/Grokking.Notebooks.dll"
            Grokking.Notebooks.GrokkingNotebook.Start();
            Grokking.Notebooks.GrokkingNotebook.Start();
            """;

        Assert.Single(Sent());
        Assert.Single(Sent());

        IEnumerable<string> Sent() => kernels[host].Run(Starts).Shown("text/html").Where(html => html.Contains("grokkingFigures.start", StringComparison.Ordinal));
    }
}
