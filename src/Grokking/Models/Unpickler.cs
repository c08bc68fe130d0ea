using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Grokking.Models;

/// <summary>
/// Reads the pickle of a state dict (the opcodes: https://github.com/python/cpython/blob/main/Lib/pickletools.py). It runs nothing
/// and makes nothing but dictionaries by name, tuples, numbers, strings and the tensors that PyTorch's own functions would make;
/// whatever else a pickle asks for becomes a <see cref="Foreign"/> of that name.
/// </summary>
internal sealed class Unpickler
{
    // A state dict makes some twenty objects a tensor; these are for hostile files, which ask for memory with one byte each.
    private const int MostObjects = 250_000;
    private const int HighestStack = 100_000;

    private static readonly Plain Float = new("float");
    private static readonly Plain Bytes = new("bytes");
    private static readonly Plain List = new("list");
    private static readonly Plain Set = new("set");
    private static readonly Plain LargeInteger = new("int");

    private readonly byte[] _pickle;
    private readonly List<object?> _stack = [];
    private readonly Stack<int> _marks = [];
    private readonly Dictionary<long, object?> _memo = [];
    private int _position;
    private int _objects;

    private Unpickler(byte[] pickle) => _pickle = pickle;

    /// <summary>An object that is not made here, by the name of what would make it in Python.</summary>
    public sealed record Foreign(string Name);

    /// <summary>Data that no tensor needs, and so is not kept: a list, a fraction.</summary>
    public sealed record Plain(string Type);

    /// <summary>A class or a function, by its name in Python.</summary>
    public sealed record Global(string Name);

    /// <summary>A dictionary; entries whose keys are no strings are left out.</summary>
    public sealed class Dict
    {
        /// <summary>The entries, in their order.</summary>
        public Dictionary<string, object?> Entries { get; } = new(0);
    }

    /// <summary>The numbers that tensors are views of.</summary>
    public sealed record Storage(ElementType Type, string Key, long Length);

    /// <summary>A view of a storage.</summary>
    public sealed record PickledTensor(Storage Storage, long Offset, long[] Shape, long[] Strides);

    /// <summary>The one object of a pickle.</summary>
    /// <exception cref="FormatException">It says of the file what is wrong with its pickle.</exception>
    public static object? Read(byte[] pickle)
    {
        try
        {
            return new Unpickler(pickle).Run();
        }
        catch (Exception error) when (error is ArgumentException or InvalidCastException or InvalidOperationException
            or KeyNotFoundException or IndexOutOfRangeException)
        {
            throw Damaged(error);
        }
    }

    /// <summary>What an object is, in Python's words.</summary>
    public static string Describe(object? value) => value switch
    {
        null => "None",
        Dict => "dict",
        Foreign foreign => foreign.Name,
        Plain plain => plain.Type,
        Global global => global.Name,
        bool => "bool",
        long => "int",
        string => "str",
        object?[] => "tuple",
        PickledTensor => "Tensor",
        _ => "storage",
    };

    private static FormatException Damaged(Exception? inner = null) => new("is damaged: its pickle makes no sense", inner);

    private object? Run()
    {
        while (true)
        {
            var opcode = Take(1)[0];
            if (opcode == '.')
            {
                return Pop();
            }

            Step(opcode);
            if (_stack.Count > HighestStack || _objects > MostObjects)
            {
                throw new FormatException("is no state dict: its pickle makes more objects than one has");
            }
        }
    }

    private void Step(byte opcode)
    {
        switch (opcode)
        {
            case 0x80: Take(1); break; // PROTO
            case 0x95: Take(8); break; // FRAME
            case (byte)'(': Mark(); break;
            case (byte)'0': Pop(); break;
            case (byte)'1': PopMark(); break;
            case (byte)'2': Push(_stack[^1]); break;

            case (byte)'N': Push(null); break;
            case 0x88: Push(true); break;
            case 0x89: Push(false); break;
            case (byte)'K': Push((long)Take(1)[0]); break;
            case (byte)'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case (byte)'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case 0x8a: Push(Long(Take(Take(1)[0]))); break;
            case 0x8b: Push(Long(Take(Int32()))); break;
            case (byte)'I': Push(Line() switch { "00" => false, "01" => true, var digits => Number(digits) }); break;
            case (byte)'L': Push(Number(Line().TrimEnd('L'))); break;
            case (byte)'G': Take(8); Push(Float); break;

            case (byte)'X': Push(Text(Int32())); break;
            case 0x8c: Push(Text(Take(1)[0])); break;
            case 0x8d: Push(Text(Int64())); break;
            case (byte)'U' or (byte)'C': Take(Take(1)[0]); Push(Bytes); break;
            case (byte)'T' or (byte)'B': Take(Int32()); Push(Bytes); break;
            case 0x8e or 0x96: Take(Int64()); Push(Bytes); break;

            case (byte)'}': Push(new Dict()); break;
            case (byte)'s': var value = Pop(); SetItems([Pop(), value]); break;
            case (byte)'u': SetItems(PopMark()); break;
            case (byte)']': Push(List); break;
            case (byte)'l': PopMark(); Push(List); break;
            case (byte)'a': Pop(); break;
            case (byte)'e' or 0x90: PopMark(); break;
            case 0x8f: Push(Set); break;
            case 0x91: PopMark(); Push(Set); break;
            case (byte)')': Push(Array.Empty<object?>()); break;
            case (byte)'t': Push(PopMark()); break;
            case 0x85 or 0x86 or 0x87: Push(Pop(opcode - 0x84)); break;

            case (byte)'q': Remember(Take(1)[0]); break;
            case (byte)'r': Remember(Int32()); break;
            case 0x94: Remember(_memo.Count); break;
            case (byte)'h': Push(_memo[Take(1)[0]]); break;
            case (byte)'j': Push(_memo[Int32()]); break;

            case (byte)'c': Push(new Global($"{Line()}.{Line()}")); break;
            case 0x93: var name = (string)Pop()!; Push(new Global($"{(string)Pop()!}.{name}")); break;
            case (byte)'R' or 0x81: var arguments = (object?[])Pop()!; Push(Call(Pop(), arguments)); break;
            case 0x92: Pop(); Pop(); Push(new Foreign(Describe(Pop()))); break;
            case (byte)'b': Pop(); break;
            case (byte)'Q': Push(StorageOf((object?[])Pop()!)); break;

            case (byte)'p' or (byte)'g' or (byte)'P' or (byte)'S' or (byte)'V' or (byte)'F' or (byte)'d':
                throw new FormatException("has a pickle of protocol 0, which torch.load does not read either");
            default: throw new FormatException($"is no state dict: its pickle has the opcode 0x{opcode:x2}");
        }
    }

    private static object? Call(object? function, object?[] arguments) => (function as Global)?.Name switch
    {
        "collections.OrderedDict" when arguments.Length == 0 => new Dict(),
        "torch._utils._rebuild_tensor_v2" when arguments is [Storage storage, long offset, object?[] shape, object?[] strides, _, _, ..]
            && shape.Length == strides.Length && arguments.Length <= 7 =>
            // The seventh holds what the numbers do not say, such as that all of them are negated.
            arguments.Length == 7 && arguments[6] is not (null or Dict { Entries.Count: 0 })
                ? new Foreign("torch.Tensor with metadata")
                : new PickledTensor(storage, offset, [.. shape.Cast<long>()], [.. strides.Cast<long>()]),
        "torch._utils._rebuild_parameter" or "torch._utils._rebuild_parameter_with_state" when arguments is [PickledTensor data, ..] => data,
        "torch._tensor._rebuild_from_type_v2" when arguments is [Global inner, Global { Name: "torch.Tensor" or "torch.nn.parameter.Parameter" }, object?[] own, ..]
            && inner.Name != "torch._tensor._rebuild_from_type_v2" => Call(inner, own),
        _ => new Foreign(Describe(function)),
    };

    private static object StorageOf(object?[] id) => id is ["storage", Global type, string key, string, long length]
        ? new Storage(ElementType.OfStorage(type.Name.Split('.')[^1]), key, length)
        : new Foreign("persistent object");

    private void SetItems(object?[] items)
    {
        if (_stack[^1] is not Dict dict)
        {
            return;
        }

        for (var i = 0; i < items.Length; i += 2)
        {
            if (items[i] is string key)
            {
                _objects++;
                dict.Entries[key] = items[i + 1];
            }
        }
    }

    private void Push(object? value)
    {
        _objects += value is null or bool or Plain ? 0 : 1;
        _stack.Add(value);
    }

    private object? Pop()
    {
        if (_stack.Count <= (_marks.Count > 0 ? _marks.Peek() : 0))
        {
            throw Damaged();
        }

        var value = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private object?[] Pop(int count)
    {
        var values = new object?[count];
        while (count > 0)
        {
            values[--count] = Pop();
        }

        return values;
    }

    private void Mark()
    {
        _objects++;
        _marks.Push(_stack.Count);
    }

    private object?[] PopMark()
    {
        var values = Pop(_stack.Count - _marks.Peek());
        _marks.Pop();
        return values;
    }

    private void Remember(long place)
    {
        _objects++;
        _memo[place] = _stack[^1];
    }

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > _pickle.Length - _position)
        {
            throw Damaged();
        }

        var bytes = _pickle.AsSpan(_position, (int)count);
        _position += (int)count;
        return bytes;
    }

    private int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    private long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    private string Text(long length) => Encoding.UTF8.GetString(Take(length));

    private string Line()
    {
        var length = _pickle.AsSpan(_position).IndexOf((byte)'\n');
        var line = Text(length);
        Take(1);
        return line;
    }

    private static object Number(string digits) =>
        long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : LargeInteger;

    private static object Long(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 8)
        {
            return LargeInteger;
        }

        var number = bytes.Length > 0 && bytes[^1] >= 0x80 ? -1L : 0;
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            number = (number << 8) | bytes[i];
        }

        return number;
    }
}
