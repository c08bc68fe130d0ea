using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Grokking.Models;
using Grokking.Tests.Runtime;

namespace Grokking.Tests.Models;

public sealed class StateDictTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(".pth", "")]
    [InlineData("-in-dictionary.pth", ", under 'model'")]
    [InlineData("-with-optimizer.pth", ", under 'model_state_dict'")]
    [InlineData("-parameters.pth", "")]
    [InlineData("-row-slice.pth", "")]
    [InlineData("-one-storage.pth", "")]
    [InlineData("-column-major.pth", "")]
    [InlineData("-prefixes.pth", ", 'module._orig_mod.' taken off the names")]
    [InlineData("-protocol-4.pth", "")]
    public void However_PyTorch_keeps_the_weights_they_are_the_same(string file, string how) =>
        AssertTiny(TinyNetwork.File(file), how);

    [Theory]
    [InlineData("float64", ", float64 rounded to float32")]
    [InlineData("float16", "")]
    [InlineData("bfloat16", "")]
    public void Other_floating_point_numbers_become_those_that_PyTorch_makes_of_them(string type, string how)
    {
        using var state = StateDict.Open(TinyNetwork.File($"-{type}.pth"));
        var expected = TinyNetwork.Record.GetProperty("net.4.bias").GetProperty(type).EnumerateArray().Select(number => number.GetSingle());
        Assert.Equal(expected, state.Read("net.4.bias").Values.ToArray());
        Assert.Equal($"5 tensors, 128 numbers{how}", state.Description);
    }

    [Fact]
    public void The_ending_of_the_name_says_nothing_but_the_contents_do()
    {
        foreach (var name in new[] { "net.PTH", "net.pt", "net.ckpt", "net", "net.safetensors" })
        {
            File.Copy(TinyNetwork.File(".pth"), _folder[name]);
            AssertTiny(_folder[name]);
        }

        Assert.SkipWhen(OperatingSystem.IsWindows(), "A link needs rights there.");
        File.CreateSymbolicLink(_folder["link"], _folder["net.PTH"]);
        AssertTiny(_folder["link"]);
    }

    [Fact]
    public void A_file_of_a_machine_of_the_other_byte_order_has_the_same_numbers()
    {
        TinyNetwork.Write(_folder["net.pth"], TinyNetwork.BigEndianRecords());
        AssertTiny(_folder["net.pth"]);
        Write(("byteorder", "middle"u8.ToArray()));
        AssertRefused("is damaged: its byte order is neither little nor big.");
    }

    [Fact]
    public void The_records_that_PyTorch_2_adds_and_a_compressed_archive_change_nothing()
    {
        var records = TinyNetwork.Records();
        (records[".format_version"], records[".storage_alignment"], records["byteorder"], records[".data/serialization_id"]) =
            ("1"u8.ToArray(), "64"u8.ToArray(), "little"u8.ToArray(), new byte[40]);
        TinyNetwork.Write(_folder["net.pth"], records, CompressionLevel.SmallestSize);
        AssertTiny(_folder["net.pth"]);
    }

    [Theory]
    [InlineData("-whole.pth", "is no state dict but what __main__.MLP makes, which is not run here; save the network's state_dict().")]
    [InlineData("-legacy.pth", "is of the format before PyTorch 1.6; torch.save(torch.load(file), file) in a later one renews it.")]
    [InlineData("-script.pt", "is a TorchScript archive, not a state dict; save model.state_dict() instead.")]
    [InlineData("-int64.pth", "cannot be taken: 'net.0.weight' is int64, not a floating-point number.")]
    [InlineData("-sparse.pth", "has no state dict: it has net.0.weight (torch._utils._rebuild_sparse_tensor), ")]
    [InlineData("-two.pth", "has 2 state dicts, under 'before', 'after'; save the one to be read.")]
    public void What_else_PyTorch_saves_is_refused_by_what_it_is(string file, string sentence)
    {
        File.Copy(TinyNetwork.File(file), _folder["net.pth"]);
        AssertRefused(sentence);
    }

    [Theory]
    [InlineData("", "is empty, or a pipe or a device.")]
    [InlineData("epoch,loss\n0,4.6\n", "is text.")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "is a pointer of Git LFS, not the file itself; 'git lfs pull' gets that.")]
    [InlineData("L119547037146038801333356L\n.", "is of the format before PyTorch 1.6; torch.save(torch.load(file), file) in a later one renews it.")]
    [InlineData("\u0080\u0004\u0095\u000d\0\0\0\0\0\0\0\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.", "is of the format before PyTorch 1.6; torch.save(torch.load(file), file) in a later one renews it.")]
    [InlineData("\0\0\0\0", "begins with nothing but zeros.")]
    [InlineData("\u0089HDF", "is neither a file of torch.save nor a .safetensors file, or it is damaged.")]
    [InlineData("\u0080\u0004}.", "is a pickle, but not a file of torch.save.")]
    [InlineData("PK\u0003\u0004", "was cut off or is damaged.")]
    [InlineData("\u0040\0\0\0\0\0\0\0{\"a\":", "was cut off or is damaged.")]
    public void Another_file_is_refused_by_what_it_is(string contents, string sentence)
    {
        File.WriteAllBytes(_folder["net.pth"], Encoding.Latin1.GetBytes(contents));
        AssertRefused(sentence);
    }

    [Fact]
    public void A_folder_an_archive_of_something_else_and_nothing_are_told_apart()
    {
        Assert.Equal($"There is no checkpoint '{_folder["net.pth"]}'.", Assert.Throws<FileNotFoundException>(() => StateDict.Open(_folder["net.pth"])).Message);
        Directory.CreateDirectory(_folder["net.pth"]);
        AssertRefused("is a folder.");
        Directory.Delete(_folder["net.pth"]);
        TinyNetwork.Write(_folder["net.pth"], [new("document.xml", [])]);
        AssertRefused("is a zip archive, but not one of torch.save: it has no data.pkl.");
    }

    [Fact]
    public async Task A_pipe_a_device_and_ten_gigabytes_are_refused_at_once()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The files are Linux's.");
        using (var process = Process.Start("mkfifo", _folder["net.pth"]))
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        AssertRefused("is empty, or a pipe or a device.");
        Replace(() => File.CreateSymbolicLink(_folder["net.pth"], "/dev/zero"));
        AssertRefused("is empty, or a pipe or a device.");
        Replace(() => File.CreateSymbolicLink(_folder["net.pth"], "nowhere"));
        Assert.Throws<FileNotFoundException>(() => StateDict.Open(_folder["net.pth"]));
        foreach (var (start, sentence) in new (byte[], string)[]
        {
            ([], "begins with nothing but zeros."),
            ([.. "PK\u0003\u0004"u8], "was cut off or is damaged."),
            ([40, 0, 0, 0, 0, 0, 0, 0, (byte)'{'], "is too large: it has 10,737,418,240 bytes, and at most 16,777,216 numbers of 67,108,864 bytes are read."),
        })
        {
            Replace(() => File.WriteAllBytes(_folder["net.pth"], start));
            using (var file = File.OpenWrite(_folder["net.pth"]))
            {
                file.SetLength(10L << 30);
            }

            AssertRefused(sentence);
        }

        void Replace(Action make)
        {
            File.Delete(_folder["net.pth"]);
            make();
        }
    }

    // The opcodes: https://github.com/python/cpython/blob/main/Lib/pickletools.py.
    [Theory]
    [InlineData("}", 8_000_000, "is no state dict: its pickle makes more objects than one has.")]
    [InlineData("(", 8_000_000, "is no state dict: its pickle makes more objects than one has.")]
    [InlineData("N", 8_000_000, "is no state dict: its pickle makes more objects than one has.")]
    [InlineData("N\u0094", 4_000_000, "is no state dict: its pickle makes more objects than one has.")]
    [InlineData("}", 9_000_000, "is no state dict: its record 'data.pkl' has 9,000,000 bytes, not at most 8,388,608.")]
    [InlineData("0", 1, "is damaged: its pickle makes no sense.")]
    [InlineData("\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f", 1, "is damaged: its pickle makes no sense.")]
    [InlineData("i__builtin__\neval\n", 1, "is no state dict: its pickle has the opcode 0x69.")]
    [InlineData("cposix\nsystem\nX\u0004\0\0\0exit\u0085R.", 1, "is no state dict but what posix.system makes, which is not run here; save the network's state_dict().")]
    [InlineData("}X\u0001\0\0\0acposix\nsystem\nX\u0004\0\0\0exit\u0085Rs.", 1, "has no state dict: it has a (posix.system).")]
    [InlineData("}X\u0001\0\0\0\u001b]s.", 1, "has no state dict: it has ? (list).")]
    [InlineData("].", 1, "is no state dict: what it holds is of the type list.")]
    public void A_pickle_runs_nothing_and_gets_no_memory(string opcodes, int times, string sentence)
    {
        var pickle = new byte[opcodes.Length * times];
        Encoding.Latin1.GetBytes(opcodes).CopyTo(pickle.AsSpan());
        for (var filled = opcodes.Length; filled < pickle.Length; filled *= 2)
        {
            pickle.AsSpan(0, Math.Min(filled, pickle.Length - filled)).CopyTo(pickle.AsSpan(filled));
        }

        Write(("data.pkl", pickle));
        AssertRefused(sentence);
    }

    [Fact]
    public void Numbers_that_the_file_does_not_have_are_not_made()
    {
        // [7, 3] with strides [3, 1]: net.0.weight, as pickletools shows it.
        var view = "K\u0000K\u0007K\u0003\u0086q\u0009K\u0003K\u0001\u0086";
        Assert.Contains(view, Encoding.Latin1.GetString(TinyNetwork.Records()["data.pkl"]), StringComparison.Ordinal);
        const string beyond = "is damaged: 'net.0.weight' reaches beyond its numbers.";
        AssertView("K\u0001K\u0007K\u0003\u0086q\u0009K\u0003K\u0001\u0086", beyond);
        AssertView("K\u0000K\u0007K\u0003\u0086q\u0009K\u0004K\u0001\u0086", beyond);
        AssertView("K\u0000K\u0008K\u0003\u0086q\u0009K\u0003K\u0001\u0086", beyond);
        AssertView("J\u00ff\u00ff\u00ff\u00ffK\u0007K\u0003\u0086q\u0009K\u0003K\u0001\u0086", beyond);
        AssertView("K\u0000J\u00ff\u00ff\u00ff\u00ffK\u0003\u0086q\u0009K\u0003K\u0001\u0086", beyond);
        // 1.5 billion times the one number at the start, as torch.zeros(1).expand(500_000_000, 3) has it: 6 GB.
        AssertView(
            "K\u0000J\u0000\u0065\u00cd\u001dK\u0003\u0086q\u0009K\u0000K\u0000\u0086",
            "is too large: it has 1,500,000,107 numbers, of 512 bytes, and at most 16,777,216 numbers of 67,108,864 bytes are read.");
        AssertView($"K\u0000\u008a\u0008{new string('\u007f', 8)}K\u0003\u0086q\u0009K\u0000K\u0000\u0086", "was cut off or is damaged.");

        void AssertView(string other, string sentence)
        {
            var pickle = Encoding.Latin1.GetString(TinyNetwork.Records()["data.pkl"]);
            Write(("data.pkl", Encoding.Latin1.GetBytes(pickle.Replace(view, other, StringComparison.Ordinal))));
            AssertRefused(sentence);
        }
    }

    [Fact]
    public void A_tensor_that_is_more_than_its_numbers_is_refused()
    {
        // Since PyTorch 1.13 a seventh argument of _rebuild_tensor_v2 may say that the numbers are to be negated.
        var pickle = Encoding.Latin1.GetString(TinyNetwork.Records()["data.pkl"]);
        var last = pickle.LastIndexOf("\u0089h\0)R", StringComparison.Ordinal);
        Write(("data.pkl", Encoding.Latin1.GetBytes(pickle.Insert(pickle.IndexOf('t', last), "}X\u0003\0\0\0neg\u0088s"))));
        AssertRefused("cannot be taken: 'net.4.bias' is made by torch.Tensor with metadata and is no plain tensor.");
    }

    [Fact]
    public void A_table_of_contents_without_an_end_is_refused()
    {
        TinyNetwork.Write(_folder["net.pth"], Enumerable.Range(0, 20_000).Select(i => new KeyValuePair<string, byte[]>($"data/{i}", [])));
        AssertRefused("is no state dict: its table of contents alone has more than 1,048,576 bytes.");
    }

    [Fact]
    public void Records_that_are_missing_short_strange_or_there_twice_are_named()
    {
        var records = TinyNetwork.Records();
        TinyNetwork.Write(_folder["net.pth"], records.Where(record => record.Key != "data/2"));
        AssertRefused("is damaged: it has no record 'data/2'.");
        TinyNetwork.Write(_folder["net.pth"], records.Where(record => record.Key != "data/2").Append(new("data/2", new byte[19])));
        AssertRefused("is damaged: the numbers of 'net.2.bias' are 19 bytes, not 20.");
        TinyNetwork.Write(_folder["net.pth"], records.Append(new("byteordes", "big"u8.ToArray())));
        AssertRefused("is damaged: it has a record 'archive/byteordes' that torch.save does not write, or twice.");
        TinyNetwork.Write(_folder["net.pth"], records.Append(new("data/2", new byte[20])));
        AssertRefused("is damaged: it has a record 'archive/data/2' that torch.save does not write, or twice.");
        File.Copy(TinyNetwork.File(".pth"), _folder["net.pth"], overwrite: true);
        var bytes = File.ReadAllBytes(_folder["net.pth"]);
        bytes[bytes.AsSpan().IndexOf(records["data/2"])]++;
        File.WriteAllBytes(_folder["net.pth"], bytes);
        AssertRefused("is damaged: the check sum of its record 'data/2' is wrong.");
    }

    /// <summary>Writes the tiny network's records with other ones.</summary>
    private void Write(params (string Name, byte[] Bytes)[] others)
    {
        var records = TinyNetwork.Records();
        foreach (var (name, bytes) in others)
        {
            records[name] = bytes;
        }

        TinyNetwork.Write(_folder["net.pth"], records, CompressionLevel.Fastest);
    }

    private static void AssertTiny(string file, string how = "")
    {
        using var plain = StateDict.Open(TinyNetwork.File(".pth"));
        using var state = StateDict.Open(file);
        Assert.Equal(["net.0.weight", "net.2.weight", "net.2.bias", "net.4.weight", "net.4.bias"], state.Shapes.Keys);
        Assert.Equal(plain.Shapes, state.Shapes);
        Assert.All(plain.Shapes.Keys, name => Assert.Equal(plain.Read(name).Values.ToArray(), state.Read(name).Values.ToArray()));
        Assert.Equal($"5 tensors, 128 numbers{how}", state.Description);
    }

    private void AssertRefused(string sentence)
    {
        var (time, memory) = (Stopwatch.StartNew(), GC.GetAllocatedBytesForCurrentThread());
        var error = Assert.Throws<InvalidDataException>(ReadAll);
        Assert.StartsWith($"The checkpoint '{_folder["net.pth"]}' {sentence}", error.Message, StringComparison.Ordinal);
        Assert.True(error.Message[^1] == '.' && !error.Message.Contains('\n'), error.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - memory, 0, 100_000_000);
        Assert.InRange(time.Elapsed.TotalSeconds, 0, 2);

        void ReadAll()
        {
            using var state = StateDict.Open(_folder["net.pth"]);
            foreach (var name in state.Shapes.Keys)
            {
                state.Read(name);
            }
        }
    }
}
