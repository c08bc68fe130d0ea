using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;
using Grokking.Notebooks.Tests.Kernel;
using Grokking.Notebooks.Tests.Reports;

namespace Grokking.Notebooks.Tests.Training;

/// <summary><c>evaluate</c>, as somebody types it.</summary>
public sealed class EvaluateTests : IDisposable
{
    private readonly ReportProcess _evaluate = new();

    public void Dispose() => _evaluate.Dispose();

    [Fact]
    public void Both_formats_of_one_run_have_one_loss_and_one_accuracy()
    {
        var figures = new List<string>();
        foreach (var file in new[] { "net.pth", "net.safetensors" })
        {
            _evaluate.Run("train", "--modulus", "13", "--operation", "-", "--epochs", "100", "--checkpoint", file);
            Assert.Equal(0, _evaluate.ExitCode);
            _evaluate.Run("evaluate", file, "--operation", "-");
            Assert.Equal((0, ""), (_evaluate.ExitCode, _evaluate.Error));
            var lines = _evaluate.Output.Split('\n');
            Assert.Equal(8, lines.Length);
            Assert.Equal($"{file}, a - b = y (mod 13): 169 equations, 15 tokens", lines[0]);
            // 15 · 128 + 128 · 512 + 128 + 15 · 128 + 15.
            Assert.Equal("Taken: 5 tensors, 69,519 numbers", lines[1]);
            Assert.Matches(@"^Loss: \d+\.\d+$", lines[2]);
            Assert.Matches(@"^Accuracy: \d+\.\d\d%$", lines[3]);
            figures.Add(lines[2] + lines[3]);
        }

        Assert.Equal(figures[0], figures[1]);

        // It has learnt most of the differences, which are other numbers than the sums.
        var accuracy = Accuracy();
        Assert.InRange(accuracy, 60, 100);
        _evaluate.Run("evaluate", "net.pth");
        Assert.InRange(Accuracy(), 0, accuracy / 2);
    }

    [Fact]
    public void Both_sides_of_the_split_have_the_figures_that_training_ended_with()
    {
        // One batch holds a side, so that training's mean over batches is the mean over equations.
        string[] split = ["--split", "pairs", "--train-fraction", "0.7", "--data-seed", "4"];
        _evaluate.Run(["train", "--modulus", "13", "--epochs", "100", "--batch-size", "200", .. split, "--history", "run.csv", "--checkpoint", "net.pth"]);
        Assert.Equal((0, ""), (_evaluate.ExitCode, _evaluate.Error));
        var table = File.ReadAllLines(_evaluate.File("run.csv"));
        var last = table[0].Split(',').Zip(table[^1].Split(',')).ToDictionary(entry => entry.First, entry => double.Parse(entry.Second, CultureInfo.InvariantCulture));

        _evaluate.Run(["evaluate", "net.pth", .. split]);

        Assert.Equal((0, ""), (_evaluate.ExitCode, _evaluate.Error));
        var sides = Regex.Match(
            _evaluate.Output,
            @"Split by pairs 0\.7, data seed 4:\nTraining: (\d+) equations, loss (\S+), accuracy (\S+)%\nValidation: (\d+) equations, loss (\S+), accuracy (\S+)%\n$");
        double[] figures = [.. sides.Groups.Cast<Group>().Skip(1).Select(group => double.Parse(group.Value, CultureInfo.InvariantCulture))];
        Assert.Equal(169, figures[0] + figures[3]);
        Assert.Equal(1, figures[4] / last["val_loss"], 1e-5);
        Assert.Equal(last["val_accuracy"], figures[5], 0.005);
        // Of the training side the history has the mean before the last step.
        Assert.InRange(figures[2], 99, 100);
    }

    [Fact]
    public void A_network_that_has_learnt_in_S5_is_evaluated_in_S5()
    {
        _evaluate.Run("train", "--operation", "s5:xyx-1", "--epochs", "1", "--checkpoint", "net.safetensors");
        Assert.Equal(0, _evaluate.ExitCode);
        _evaluate.Run("evaluate", "net.safetensors", "--operation", "s5:xyx-1");
        Assert.Equal((0, ""), (_evaluate.ExitCode, _evaluate.Error));
        Assert.StartsWith("net.safetensors, a s5:xyx-1 b = y (120 elements): 14,400 equations, 122 tokens\n", _evaluate.Output);
    }

    [Fact]
    public void Weights_that_are_no_numbers_are_named()
    {
        _evaluate.Run("train", "--modulus", "13", "--epochs", "1", "--checkpoint", "net.safetensors");
        var bytes = File.ReadAllBytes(_evaluate.File("net.safetensors"));
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(bytes.Length - sizeof(float)), float.NaN);
        File.WriteAllBytes(_evaluate.File("net.safetensors"), bytes);
        _evaluate.Run("evaluate", "net.safetensors");

        Assert.Equal((1, "The loss is no finite number: 'net.4.bias' has 1 number that is none.\n"), (_evaluate.ExitCode, _evaluate.Error));
    }

    [Fact]
    public void Without_a_home_it_is_said_what_to_set()
    {
        _evaluate.Run("train", "--modulus", "13", "--epochs", "1", "--checkpoint", "net.safetensors");
        foreach (var home in new[] { "nowhere", "/nowhere/at/all" })
        {
            _evaluate.Environment["HOME"] = home;
            _evaluate.Run("evaluate", "net.safetensors");

            Assert.Equal(1, _evaluate.ExitCode);
            Assert.Contains("There is no home folder", _evaluate.Error);
            Assert.Single(_evaluate.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    [Fact]
    public void A_checkpoint_that_is_not_there()
    {
        Refuses("There is no checkpoint 'nowhere.pth'.", "nowhere.pth");
    }

    [Fact]
    public void A_network_of_PyTorchs_of_any_size_has_PyTorchs_loss_and_accuracy()
    {
        var narrow = Path.Combine(Repository.Folder, "tests", "Grokking.Tests", "Reference", "tiny-network-with-optimizer.pth");
        _evaluate.Run("evaluate", narrow);
        // torch.nn.functional.cross_entropy of the 25 logits is 1.9788, and argmax is right for 3 of them.
        Assert.Equal(
            (0, $"{narrow}, a + b = y (mod 5): 25 equations, 7 tokens\nTaken: 5 tensors, 128 numbers, under 'model_state_dict'\nLoss: 1.97883\nAccuracy: 12.00%", ""),
            (_evaluate.ExitCode, _evaluate.Output.Split("\nSplit by ")[0], _evaluate.Error));
    }

    [Fact]
    public void A_number_of_tokens_that_the_operation_does_not_take()
    {
        // 98 is no prime, so that there is no division: 100 tokens, every weight 0.
        var tensors = new (string Name, int Rows, int Columns)[] { ("net.0.weight", 100, 128), ("net.2.weight", 128, 512), ("net.2.bias", 128, 0), ("net.4.weight", 100, 128), ("net.4.bias", 100, 0) };
        var (entries, size) = (new List<string>(), 0);
        foreach (var (name, rows, columns) in tensors)
        {
            var bytes = 4 * rows * Math.Max(columns, 1);
            entries.Add($$"""  "{{name}}":{"dtype":"F32","shape":[{{rows}}{{(columns > 0 ? $",{columns}" : "")}}],"data_offsets":[{{size}},{{size + bytes}}]}""");
            size += bytes;
        }

        var header = System.Text.Encoding.UTF8.GetBytes($"{{{string.Join(',', entries)}}}");
        File.WriteAllBytes(_evaluate.File("net.safetensors"), [.. BitConverter.GetBytes((long)header.Length), .. header, .. new byte[size]]);
        Refuses(
            "The checkpoint 'net.safetensors' has 100 tokens, two of them signs, and '/' does not go with 98 numbers.",
            "net.safetensors", "--operation", "/");
    }

    [Fact]
    public void No_checkpoint_at_all()
    {
        Refuses("Required argument 'CHECKPOINT' missing for command: 'evaluate'.");
    }

    private double Accuracy() =>
        double.Parse(_evaluate.Output.Split("Accuracy: ")[1].Split('%')[0], CultureInfo.InvariantCulture);

    private void Refuses(string sentence, params string[] arguments)
    {
        _evaluate.Run(["evaluate", .. arguments]);
        Assert.Equal((2, "", $"{sentence}\n"), (_evaluate.ExitCode, _evaluate.Output, _evaluate.Error));
    }
}
