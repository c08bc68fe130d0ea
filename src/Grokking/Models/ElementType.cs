using System.Buffers.Binary;
using static System.FormattableString;

namespace Grokking.Models;

/// <summary>What the numbers of a stored tensor are.</summary>
/// <param name="Name">PyTorch's name: <c>float32</c>.</param>
/// <param name="Safetensors">The name in a .safetensors header: <c>F32</c>.</param>
/// <param name="Storage">The name of PyTorch's storage class in a pickle: <c>FloatStorage</c>.</param>
/// <param name="Size">Bytes a number.</param>
/// <param name="ToSingle">A number from its bytes, little end first; null where it is no floating-point number.</param>
internal sealed record ElementType(string Name, string Safetensors, string Storage, int Size, ElementType.Reader? ToSingle = null)
{
    private static readonly ElementType[] All =
    [
        new("float32", "F32", "FloatStorage", 4, BinaryPrimitives.ReadSingleLittleEndian),
        new("float64", "F64", "DoubleStorage", 8, bytes => Rounded(BinaryPrimitives.ReadDoubleLittleEndian(bytes))),
        new("float16", "F16", "HalfStorage", 2, bytes => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes)),
        new("bfloat16", "BF16", "BFloat16Storage", 2, bytes => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16)),
        new("int64", "I64", "LongStorage", 8),
        new("int32", "I32", "IntStorage", 4),
        new("int16", "I16", "ShortStorage", 2),
        new("int8", "I8", "CharStorage", 1),
        new("uint8", "U8", "ByteStorage", 1),
        new("bool", "BOOL", "BoolStorage", 1),
    ];

    /// <summary>Reads one number.</summary>
    public delegate float Reader(ReadOnlySpan<byte> bytes);

    private static float Rounded(double value) => float.IsFinite((float)value) || !double.IsFinite(value)
        ? (float)value
        : throw new FormatException(Invariant($"has the number {value:G3}, which is too large for float32"));

    /// <summary>The type of a .safetensors header's name, or one that has only that name.</summary>
    public static ElementType OfSafetensors(string name) => All.FirstOrDefault(type => type.Safetensors == name) ?? new(name, name, "", 0);

    /// <summary>The type of a storage class, or one that has only its name.</summary>
    public static ElementType OfStorage(string name) => All.FirstOrDefault(type => type.Storage == name) ?? new(name, "", name, 0);
}
