using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Grokking.Tests.Models;
using Grokking.Tests.Runtime;
using Grokking.Training;
using Grokking.Training.Runs;
using TorchSharp.PyBridge;

namespace Grokking.Tests.Training.Runs;

public sealed class RunFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TrainingRun _run = new(new RunOptions { Modulus = 7, Recipe = TrainingOptions.Original with { Epochs = 3, BatchSize = 8 } });

    private string File => _folder["run"];

    public void Dispose()
    {
        _run.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Another_reader_of_safetensors_finds_the_weights_and_the_history()
    {
        Keep();
        using var stream = System.IO.File.OpenRead(File);
        var tensors = Safetensors.LoadStateDict(stream);
        foreach (var (name, parameter) in _run.Model.named_parameters())
        {
            Assert.Equal(parameter.shape, tensors[name].shape);
            Assert.Equal(parameter.shape, tensors[name + ".exp_avg_sq"].shape);
        }

        Assert.Equal(Weights.Of(_run.Model), _run.Model.named_parameters().SelectMany(entry => tensors[entry.name].data<float>().ToArray()));
        Assert.Equal(_run.History.Select(epoch => epoch.ValidationLoss), tensors["history.val_loss"].data<double>().ToArray());
        Assert.Equal(_run.History.Select(epoch => epoch.Step), tensors["history.step"].data<long>().ToArray());
    }

    [Fact]
    public void Options_come_back_as_they_went()
    {
        var options = new RunOptions
        {
            Operation = Grokking.Data.Operation.Parse("*"),
            Modulus = 11,
            TrainingFraction = 1.0 / 3,
            Seed = ulong.MaxValue,
            DataSeed = 0,
            Engine = EngineKind.Autograd,
            Recipe = TrainingOptions.Fast with { Threads = 1, Epsilon = 1e-300 },
        };
        using var run = new TrainingRun(options);
        run.GetState().Save(File);
        Assert.Equal(options, RunState.Load(File).Options);
    }

    [Fact]
    public void Losses_that_are_no_numbers_come_back()
    {
        var state = _run.GetState();
        var epoch = new EpochRecord(0, 7, 0.1, double.NaN, 0, double.PositiveInfinity, double.NegativeZero, double.Epsilon);
        (state with { Trainer = state.Trainer with { Epochs = [epoch] } }).Save(File);
        var read = Assert.Single(RunState.Load(File).Trainer.Epochs);
        Assert.Equal(epoch, read);
        Assert.True(double.IsNegative(read.ValidationAccuracy));
    }

    [Fact]
    public void A_file_cut_at_any_length_is_truncated()
    {
        var bytes = Keep();
        var header = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        foreach (var length in new[] { 0, 1, 7, 8, 9, 30, 60, header - 1, header, header + 1, bytes.Length / 2, bytes.Length - 1 })
        {
            Refuses(bytes[..length], FormattableString.Invariant($"The run file '{File}' is truncated: it ends after {length:N0} bytes."));
        }
    }

    [Fact]
    public void A_file_of_another_kind_is_not_a_run_file()
    {
        var checkpoint = _folder["net.safetensors"];
        _run.Model.Save(checkpoint);
        foreach (var foreign in new[]
        {
            System.IO.File.ReadAllBytes(checkpoint),
            "hello"u8.ToArray(),
            new byte[1000],
            Encoding.UTF8.GetBytes("epoch,step,seconds,train_loss"),
            Container("""{"__metadata__":{"format":"pt"}}"""),
        })
        {
            Refuses(foreign, $"'{File}' is not a run file.");
        }
    }

    [Fact]
    public void A_newer_file_is_refused_with_its_version()
    {
        var newer = Changed(Keep(), header => header["__metadata__"]!["version"] = "2");
        Refuses(newer, $"The run file '{File}' has version 2, and only version 1 is known here.");
    }

    [Fact]
    public void A_damaged_file_is_refused_with_the_place()
    {
        var bytes = Keep();
        Refuses(Changed(bytes, header => header.Remove("generator")), $"The run file '{File}' is damaged: it has no 'generator' of type U8.");
        Refuses(Changed(bytes, header => header["seconds"]!["dtype"] = "F32"), $"The run file '{File}' is damaged: it has no 'seconds' of type F64.");
        Refuses(Changed(bytes, header => header["seconds"] = 3), $"The run file '{File}' is damaged: its header is no safetensors header.");
        Refuses(
            Changed(bytes, header => header["__metadata__"]!["options"] = """{"Modulus":"many"}"""),
            $"The run file '{File}' is damaged: The JSON value could not be converted to System.Int32.");
        Refuses(
            Changed(bytes, header => header["__metadata__"]!["options"] = """{"Operation":"?"}"""),
            $"The run file '{File}' is damaged: There is no operation '?'; the operations are");
    }

    [Fact]
    public void A_file_that_is_not_there()
    {
        Assert.Equal($"There is no run file '{File}'.", Assert.Throws<FileNotFoundException>(() => RunState.Load(File)).Message);
    }

    [Fact]
    public void What_can_not_be_written_leaves_the_file_before_it()
    {
        var bytes = Keep();
        // A folder where the temporary file would be.
        Directory.CreateDirectory($"{File}.tmp");
        Assert.Throws<UnauthorizedAccessException>(() => _run.GetState().Save(File));
        Assert.Equal(bytes, System.IO.File.ReadAllBytes(File));
    }

    [Fact]
    public void What_a_killed_process_left_is_written_over()
    {
        System.IO.File.WriteAllText($"{File}.tmp", new string('x', 10_000_000));
        var bytes = Keep();
        Assert.Equal([File], Directory.GetFiles(_folder.Path));
        Assert.InRange(bytes.Length, 100_000, 5_000_000);
    }

    private byte[] Keep()
    {
        _run.Train();
        _run.GetState().Save(File);
        return System.IO.File.ReadAllBytes(File);
    }

    private void Refuses(byte[] bytes, string sentence)
    {
        System.IO.File.WriteAllBytes(File, bytes);
        Assert.StartsWith(sentence, Assert.Throws<InvalidDataException>(() => RunState.Load(File)).Message);
        Assert.Equal(bytes, System.IO.File.ReadAllBytes(File));
    }

    private static byte[] Changed(byte[] file, Action<JsonObject> change)
    {
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        var header = JsonNode.Parse(file.AsSpan(8, length))!.AsObject();
        change(header);
        return [.. Container(header.ToJsonString()), .. file[(8 + length)..]];
    }

    private static byte[] Container(string header)
    {
        var bytes = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((long)bytes.Length), .. bytes];
    }
}
