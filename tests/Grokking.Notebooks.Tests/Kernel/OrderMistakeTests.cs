namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>A reader runs the notebook's cells in another order than its author meant.</summary>
[Collection(KernelCollection.Name)]
public sealed class OrderMistakeTests(SharedKernels kernels)
{
    public static TheoryData<KernelHost> Hosts => [KernelHost.VSCode, KernelHost.Jupyter];

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Cells_before_those_they_need_say_which_to_run_and_work_after_them(KernelHost host)
    {
        using var kernel = NotebookKernel.Open(host, Repository.Notebooks);
        var reader = new NotebookReader(kernel);

        // Before the set-up nothing of ours is loaded: the answer is the compiler's, and the notebook's text explains it.
        Assert.Contains("CS0246", Seen(reader.Run("dataset")));
        Assert.Contains("CS0103", Seen(reader.Run("loss-chart")));
        Assert.Contains("`CS0103` or `CS0246`", reader.Notebook["title"]);

        reader.RunAll("imports", "parameters");
        Assert.Contains(
            "history, order, engine, split, LayerNorm, net, snapshots: not made yet. Run the cells above this one first, from the top.",
            reader.Run("train").ErrorOutput);

        reader.PrepareTraining(epochs: 1);
        Assert.Contains("The history has no epochs to draw yet: train the model first.", Seen(reader.Run("loss-chart")));

        reader.RunAll("train", "loss-chart");
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Any_cell_may_be_run_again(KernelHost host)
    {
        var reader = new NotebookReader(kernels[host]);
        reader.PrepareTraining(epochs: 2);

        reader.RunAll("imports", "imports", "dataset", "split", "model", "optimizer", "history", "history", "layer-norm", "go-on", "keep");
        reader.RunAll("train", "train", "loss-chart", "loss-chart", "evaluation", "evaluation");
        reader.RunAll("principal-components", "circles-chart", "circles-chart");
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void After_a_cell_that_fails_in_the_middle_the_rest_works_or_says_what_is_missing(KernelHost host)
    {
        var reader = new NotebookReader(kernels[host]);
        reader.PrepareTraining(epochs: 1);
        Assert.Contains("in the middle", Seen(kernels[host].Run("var half = 1; throw new Exception(\"in the middle\");")));

        reader.RunAll("train", "loss-chart", "accuracy-chart", "norm-chart", "evaluation");
        Assert.Contains("never_made: not made yet. Run the cells above this one first", kernels[host].Run("never_made.Count").ErrorOutput);
    }

    [Fact]
    public void A_library_that_was_not_built_is_missed_by_the_name_of_its_file()
    {
        var folder = Directory.CreateTempSubdirectory("grokking-not-built-").FullName;
        using (var kernel = NotebookKernel.Open(KernelHost.VSCode, Directory.CreateDirectory(Path.Combine(folder, "notebooks")).FullName))
        {
            var reader = new NotebookReader(kernel);

            Assert.Contains(
                "error CS0006: Metadata file '../src/Grokking.Notebooks/bin/Grokking.Notebooks.dll' could not be found", reader.Run("imports").Error);
            Assert.Contains("`error CS0006: Metadata file … could not be found`", reader.Notebook["set-up"]);
            Assert.Contains("type `dotnet build` in the repository's folder, restart the kernel", reader.Notebook["set-up"]);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_library_that_is_built_anew_leaves_a_running_kernel_alone()
    {
        var folder = Directory.CreateTempSubdirectory("grokking-rebuilt-").FullName;
        var library = Directory.CreateDirectory(Path.Combine(folder, "src", "Grokking.Notebooks", "bin")).FullName;
        Build();
        using (var kernel = NotebookKernel.Open(KernelHost.VSCode, Directory.CreateDirectory(Path.Combine(folder, "notebooks")).FullName))
        {
            var reader = new NotebookReader(kernel);
            reader.PrepareTraining(epochs: 1);
            Build();

            reader.RunAll("imports", "train", "loss-chart", "principal-components", "circles-chart");
        }

        Directory.Delete(folder, recursive: true);

        void Build()
        {
            foreach (var file in Directory.GetFiles(Path.Combine(Repository.Folder, "src", "Grokking.Notebooks", "bin")))
            {
                var copy = Path.Combine(library, Path.GetFileName(file));
                File.Delete(copy);
                File.Copy(file, copy);
            }
        }
    }

    // Hosts differ in where they put what.
    private static string Seen(CellRun run) => run.Error + run.ErrorOutput;
}
