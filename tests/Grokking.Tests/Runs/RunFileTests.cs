using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Grokking.Models;
using Grokking.Runs;
using Grokking.Tests.Models;
using Grokking.Tests.Runtime;
using Grokking.Training;
using TorchSharp.PyBridge;

namespace Grokking.Tests.Runs;

public sealed class RunFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TrainingRun _run = new(new RunSettings { Modulus = 7, Epochs = 3, BatchSize = 8 });

    private string File => _folder["run"];

    public void Dispose()
    {
        _run.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_run_is_a_checkpoint_of_its_network_as_well()
    {
        using var run = new TrainingRun(new RunSettings { Modulus = 7, EmbeddingWidth = 8, HiddenWidth = 8, Epochs = 1 });
        run.Train();
        run.GetState().Save(File);
        using var state = StateDict.Open(File);
        Assert.Contains(", of a kept run, 'weight:' taken off the names", state.Description);
        using var network = EquationModel.Load(File);
        Assert.Equal(Weights.Of(run.Model), Weights.Of(network));
    }

    [Fact]
    public void Another_reader_of_safetensors_finds_the_weights_and_the_history()
    {
        Keep();
        using var stream = System.IO.File.OpenRead(File);
        var tensors = Safetensors.LoadStateDict(stream);
        foreach (var (name, parameter) in _run.Model.named_parameters())
        {
            Assert.Equal(parameter.shape, tensors[$"weight:{name}"].shape);
            Assert.Equal(parameter.shape, tensors[$"optimizer:{name}.exp_avg_sq"].shape);
        }

        Assert.Equal(Weights.Of(_run.Model), _run.Model.named_parameters().SelectMany(entry => tensors[$"weight:{entry.name}"].data<float>().ToArray()));
        Assert.Equal(_run.History.Select(epoch => epoch.ValidationLoss), tensors["history:val_loss"].data<double>().ToArray());
        Assert.Equal(_run.History.Select(epoch => (double)epoch.Step), tensors["history:step"].data<double>().ToArray());
    }

    [Fact]
    public void Settings_come_back_as_they_went()
    {
        var settings = new RunSettings
        {
            Operation = Grokking.Data.Operation.Parse("*"),
            Modulus = 11,
            TrainingFraction = 1.0 / 3,
            Seed = ulong.MaxValue,
            DataSeed = 0,
            Engine = EngineKind.Autograd,
            Threads = 1,
            EmbeddingWidth = 24,
            Optimizer = RunSettings.Fast.Optimizer with { Epsilon = 1e-30, WarmupSteps = 3 },
        };
        using var run = new TrainingRun(settings);
        run.GetState().Save(File);
        Assert.Equal(settings, RunState.Load(File).Settings);
    }

    [Fact]
    public void Losses_that_are_no_numbers_come_back()
    {
        var state = _run.GetState();
        var epoch = new EpochRecord(0, 7, 0.1, double.NaN, 0, double.PositiveInfinity, double.NegativeZero, double.Epsilon);
        (state with { History = [epoch] }).Save(File);
        var read = Assert.Single(RunState.Load(File).History);
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

    [Theory]
    [InlineData("1")]
    [InlineData("3")]
    [InlineData("99999999999999999999")]
    public void A_file_of_another_version_is_refused(string version)
    {
        var other = Changed(Keep(), header => header["__metadata__"]!["version"] = version);
        Refuses(other, $"The run file '{File}' is not of version 2, the one that is known here; train it anew, or with the build that wrote it.");
    }

    [Fact]
    public void A_damaged_file_is_refused_with_the_place()
    {
        var bytes = Keep();
        Refuses(Changed(bytes, header => header["generator"] = 3), $"The run file '{File}' is damaged: its header is no safetensors header.");
        Refuses(Changed(bytes, header => header.Remove("generator")), $"The run file '{File}' is damaged: its numbers overlap or leave gaps.");
    }

    [Fact]
    public void Snapshots_come_back_as_they_went()
    {
        using var run = new Training.SmallRun(snapshots: SnapshotSchedule.At(0, 1, 3, 4));
        run.Trainer.Train(3);
        RunState.Of(run.Engine, run.Order, run.Trainer.History, run.Snapshots).Save(File);

        using var other = new Training.SmallRun(snapshots: SnapshotSchedule.At(0, 1, 3, 4));
        RunState.Load(File).Restore(other.Engine, other.Order, other.Trainer.History, other.Snapshots);
        Assert.Equal([0, 1, 3], other.Snapshots.Select(snapshot => snapshot.Epochs));
        run.Trainer.Train(4);
        other.Trainer.Train(4);
        foreach (var (expected, actual) in run.Snapshots.Zip(other.Snapshots))
        {
            Assert.Equal((expected.Epochs, expected.Speed), (actual.Epochs, actual.Speed));
            Assert.Equal(Weights.Of(expected.Model), Weights.Of(actual.Model));
        }
    }

    [Fact]
    public void A_file_that_is_not_there()
    {
        Assert.Equal($"There is no run file '{File}'.", Assert.Throws<FileNotFoundException>(() => RunState.Load(File)).Message);
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
