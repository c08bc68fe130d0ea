using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Grokking.Models;
using Grokking.Tests.Runtime;
using TorchSharp.PyBridge;
using static TorchSharp.torch;

namespace Grokking.Tests.Models;

public sealed class CheckpointTests : IDisposable
{
    private static readonly (string Name, long[] Shape)[] Tiny =
    [
        ("net.0.weight", [7, 3]), ("net.2.weight", [5, 12]), ("net.2.bias", [5]), ("net.4.weight", [7, 5]), ("net.4.bias", [7]),
    ];

    private static readonly string Known = string.Join(", ", Network.All.Select(network => network.Name));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("net.safetensors")]
    [InlineData("net.pth")]
    [InlineData("net.PT")]
    public void A_network_comes_back_bit_by_bit(string file)
    {
        manual_seed(3);
        using var model = new GrokkingMlp(vocabulary: 9, embedding: 4, hidden: 6);
        model.Save(_folder[file]);
        using var loaded = Assert.IsType<GrokkingMlp>(EquationModel.Load(_folder[file]));
        Assert.Equal((9, 4, 6), (loaded.VocabularySize, loaded.EmbeddingWidth, loaded.HiddenWidth));
        Assert.Equal(Weights.Of(model), Weights.Of(loaded));
        Assert.All(loaded.parameters(), parameter => Assert.True(parameter.requires_grad));
        Assert.Equal([file], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("net.safetensors")]
    [InlineData("net.pth")]
    public void Saving_again_replaces_the_file(string file)
    {
        using var large = new GrokkingMlp(99, 16, 16);
        using var small = new GrokkingMlp(7, 3, 5);
        large.Save(_folder[file]);
        small.Save(_folder[file]);
        using var loaded = EquationModel.Load(_folder[file]);
        Assert.Equal(Weights.Of(small), Weights.Of(loaded));
    }

    [Fact]
    public void TorchSharps_readers_read_what_is_written()
    {
        using var model = new GrokkingMlp(vocabulary: 9, embedding: 4, hidden: 6);
        model.Save(_folder["net.pth"]);
        model.Save(_folder["net.safetensors"]);
        using var fromPth = new GrokkingMlp(vocabulary: 9, embedding: 4, hidden: 6);
        fromPth.load_py(_folder["net.pth"]);
        using var fromSafetensors = new GrokkingMlp(vocabulary: 9, embedding: 4, hidden: 6);
        fromSafetensors.load_safetensors(_folder["net.safetensors"]);
        Assert.Equal(Weights.Of(model), Weights.Of(fromPth));
        Assert.Equal(Weights.Of(model), Weights.Of(fromSafetensors));
    }

    [Fact]
    public async Task PyTorch_loads_plain_tensors_whose_numbers_NumPy_takes()
    {
        using var model = new GrokkingMlp(7, 3, 5);
        model.Save(_folder["net.pth"]);
        var (exitCode, output) = await Python("""
            import sys, torch
            state = torch.load(sys.argv[1])
            print(*[f"{name} {list(tensor.shape)} {tensor.requires_grad}" for name, tensor in state.items()], sep="; ")
            print(*[bytes(tensor.numpy().tobytes()).hex() for tensor in state.values()], sep="")
            """);
        Assert.SkipUnless(exitCode is 0 or 1 && !output.Contains("No module named 'torch'", StringComparison.Ordinal), "There is no PyTorch here.");
        Assert.Equal(
            [
                "net.0.weight [7, 3] False; net.2.weight [5, 12] False; net.2.bias [5] False; net.4.weight [7, 5] False; net.4.bias [7] False",
                Convert.ToHexStringLower(MemoryMarshal.AsBytes<float>(Weights.Of(model))),
            ],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("net.safetensors")]
    [InlineData("net.pth")]
    public void The_same_weights_give_the_same_bytes(string file)
    {
        using var model = new GrokkingMlp(7, 3, 5);
        model.Save(_folder[file]);
        var bytes = File.ReadAllBytes(_folder[file]);
        using var copy = model.Copy();
        copy.Save(_folder[file]);
        Assert.Equal(bytes, File.ReadAllBytes(_folder[file]));
    }

    [Fact]
    public void The_state_dict_has_PyTorchs_five_names_and_no_other()
    {
        using var model = new GrokkingMlp(7, 3, 5);
        Assert.Equal(Tiny.Select(tensor => tensor.Name), model.state_dict().Keys);
    }

    [Fact]
    public void A_state_dict_of_PyTorchs_gives_PyTorchs_logits()
    {
        using var model = EquationModel.Load(TinyNetwork.File(".pth"));
        var record = TinyNetwork.Record;
        foreach (var (tokens, logits) in record.GetProperty("inputs").EnumerateArray().Zip(record.GetProperty("logits").EnumerateArray()))
        {
            using var output = model.forward(tensor(tokens.EnumerateArray().Select(id => id.GetInt64()).ToArray()).unsqueeze(0));
            var expected = logits.EnumerateArray().Select(logit => logit.GetSingle()).ToArray();
            Assert.Equal(expected.Length, output.numel());
            Assert.All(expected.Zip(output.data<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        }
    }

    [Fact]
    public void A_safetensors_file_made_by_hand_is_read()
    {
        Write("net.safetensors", Tiny);
        using var model = (GrokkingMlp)EquationModel.Load(_folder["net.safetensors"]);
        var (embedding, _, _, outputWeight, outputBias) = Weights.ByLayer(model);
        Assert.Equal([0, 1, 2], embedding[..3]);
        Assert.Equal([0, 1, 2], outputWeight[..3]);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], outputBias);
    }

    [Fact]
    public void A_loaded_network_outlives_the_dispose_scope_it_was_loaded_in()
    {
        EquationModel model;
        using (NewDisposeScope())
        {
            model = EquationModel.Load(TinyNetwork.File(".pth"));
        }

        using (model)
        {
            Assert.Equal(128, Weights.Of(model).Length);
        }
    }

    [Fact]
    public void A_missing_tensor_is_named()
    {
        Write("net.safetensors", Tiny[..4]);
        AssertRefused("net.safetensors", "is not a GrokkingMlp: it has no 'net.4.bias' but has net.0.weight [7, 3], net.2.bias [5], net.2.weight [5, 12], net.4.weight [7, 5].");
    }

    [Fact]
    public void Of_another_networks_tensors_a_few_are_named()
    {
        Write("net.safetensors", [.. Enumerable.Range(0, 300).Select(i => ($"layers.{i:D3}.weight", new long[] { 2 }))]);
        AssertRefused(
            "net.safetensors",
            $"is none of the networks that are known here ({Known}): it has layers.000.weight [2], layers.001.weight [2], layers.002.weight [2], layers.003.weight [2], layers.004.weight [2] and 295 more.");
        Write("net.safetensors");
        AssertRefused("net.safetensors", $"is none of the networks that are known here ({Known}): it is empty.");
        Write("net.safetensors", ("red\u001b[31m\nnext", [2]));
        AssertRefused("net.safetensors", "it has red?[31m?next [2].");
    }

    [Fact]
    public void A_tensor_too_many_is_named()
    {
        Write("net.safetensors", [.. Tiny, ("net.6.weight", [7])]);
        AssertRefused("net.safetensors", "is not a GrokkingMlp: it has 'net.6.weight', which the network does not have.");
    }

    [Theory]
    [InlineData(0, new long[] { 7, 4 }, "'net.2.weight' is [5, 12], not [5, 16].")]
    [InlineData(0, new long[] { 8, 3 }, "'net.4.weight' is [7, 5], not [8, 5].")]
    [InlineData(1, new long[] { 12, 5 }, "'net.2.weight' is [12, 5], not [12, 12].")]
    [InlineData(2, new long[] { 6 }, "'net.2.bias' is [6], not [5].")]
    [InlineData(3, new long[] { 5, 7 }, "'net.4.weight' is [5, 7], not [7, 5].")]
    [InlineData(4, new long[] { 1, 7 }, "'net.4.bias' is [1, 7], not [7].")]
    public void A_wrong_shape_is_named(int which, long[] shape, string difference)
    {
        var tensors = Tiny.ToArray();
        tensors[which] = (Tiny[which].Name, shape);
        Write("net.safetensors", tensors);
        AssertRefused("net.safetensors", $"is not a GrokkingMlp: {difference}");
    }

    [Theory]
    [InlineData(0, new long[] { 7 }, "it has net.0.weight [7], ")]
    [InlineData(1, new long[] { 5, 3, 4 }, "net.2.weight [5, 3, 4], ")]
    public void A_shape_that_is_no_matrix_is_shown(int which, long[] shape, string content)
    {
        var tensors = Tiny.ToArray();
        tensors[which] = (Tiny[which].Name, shape);
        Write("net.safetensors", tensors);
        AssertRefused("net.safetensors", $"is none of the networks that are known here ({Known}): it has ");
        AssertRefused("net.safetensors", content);
    }

    [Fact]
    public void A_network_larger_than_any_file_of_it_is_not_made()
    {
        // Two narrow matrices that ask for an output layer of 4,000,000 · 1,000,000.
        Write("net.safetensors", ("net.0.weight", [4_000_000, 1]), ("net.2.weight", [1_000_000, 4]), ("net.2.bias", [5]), ("net.4.weight", [7, 5]), ("net.4.bias", [7]));
        AssertRefused("net.safetensors", $"is none of the networks that are known here ({Known}): it has net.0.weight [4000000, 1], ");
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(7, 0)]
    public void A_network_of_width_0_is_refused(long vocabulary, long embedding)
    {
        Write(
            "net.safetensors",
            ("net.0.weight", [vocabulary, embedding]), ("net.2.weight", [5, 4 * embedding]), ("net.2.bias", [5]), ("net.4.weight", [vocabulary, 5]), ("net.4.bias", [vocabulary]));
        AssertRefused("net.safetensors", $"is none of the networks that are known here ({Known}): it has net.0.weight [{vocabulary}, {embedding}], ");
    }

    [Fact]
    public void Weights_that_are_integers_are_refused()
    {
        Write("net.safetensors", "I32", Tiny);
        AssertRefused("net.safetensors", "cannot be taken: 'net.0.weight' is int32, not a floating-point number.");
    }

    [Theory]
    [InlineData("net.bin")]
    [InlineData("net")]
    [InlineData("net.pth.zip")]
    public void Another_ending_is_not_written(string file)
    {
        using var model = new GrokkingMlp(7, 3, 5);
        Assert.Equal(
            $"The checkpoint '{_folder[file]}' has to end in .safetensors, .pth or .pt.",
            Assert.Throws<ArgumentException>(() => model.Save(_folder[file])).Message);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("net.safetensors")]
    [InlineData("net.pth")]
    public void A_save_that_fails_leaves_the_old_file_and_nothing_else(string file)
    {
        using var model = new GrokkingMlp(7, 3, 5);
        Directory.CreateDirectory(_folder[file]);
        Assert.ThrowsAny<Exception>(() => model.Save(_folder[file]));
        Assert.Equal([_folder[file]], Directory.GetFileSystemEntries(_folder.Path));
        Assert.Throws<DirectoryNotFoundException>(() => model.Save(_folder["nowhere", file]));
    }

    /// <summary>Runs a script on <c>net.pth</c> with Debian's Python, or the first on the path.</summary>
    private async Task<(int ExitCode, string Text)> Python(string script)
    {
        var start = new ProcessStartInfo(File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "-c", script, _folder["net.pth"] })
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using var process = Process.Start(start)!;
            var cancellation = TestContext.Current.CancellationToken;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
            await process.WaitForExitAsync(cancellation);
            return (process.ExitCode, await output + await errors);
        }
        catch (Win32Exception)
        {
            return (-1, "");
        }
    }

    private void Write(string file, params (string Name, long[] Shape)[] tensors) => Write(file, "F32", tensors);

    /// <summary>
    /// A .safetensors file (https://github.com/huggingface/safetensors#format) whose tensors count 0, 1, 2, … of four bytes each.
    /// </summary>
    private void Write(string file, string type, (string Name, long[] Shape)[] tensors)
    {
        var (header, data) = (new Dictionary<string, object>(), new MemoryStream());
        foreach (var (name, shape) in tensors)
        {
            var start = data.Length;
            var count = shape.Aggregate(1L, (product, size) => product * size);
            for (var i = 0; i < count; i++)
            {
                data.Write(type == "F32" ? BitConverter.GetBytes((float)i) : BitConverter.GetBytes(i));
            }

            header[name] = new { dtype = type, shape, data_offsets = new[] { start, data.Length } };
        }

        var json = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(header));
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        File.WriteAllBytes(_folder[file], [.. length, .. json, .. data.ToArray()]);
    }

    private void AssertRefused(string file, string difference)
    {
        var error = Assert.Throws<InvalidDataException>(() => EquationModel.Load(_folder[file]).Dispose());
        Assert.Contains($"The checkpoint '{_folder[file]}' ", error.Message);
        Assert.Contains(difference, error.Message);
        AssertOneSentence(error.Message);
    }

    private static void AssertOneSentence(string message)
    {
        Assert.DoesNotContain('\n', message);
        Assert.EndsWith(".", message);
        Assert.DoesNotContain("..", message);
        Assert.DoesNotContain("(Parameter", message);
    }
}
