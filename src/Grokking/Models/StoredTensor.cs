namespace Grokking.Models;

/// <summary>A tensor as a file describes it: a view of numbers that stand elsewhere in the file, maybe shared with other tensors.</summary>
/// <param name="Name">Its name in the state dict.</param>
/// <param name="Type">What its numbers are.</param>
/// <param name="Storage">The name of the numbers that it views.</param>
/// <param name="StorageLength">How many numbers those are.</param>
/// <param name="Offset">The place of its first number among them.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Strides">How far apart two neighbours of a dimension stand.</param>
internal sealed record StoredTensor(
    string Name, ElementType Type, string Storage, long StorageLength, long Offset, IReadOnlyList<long> Shape, IReadOnlyList<long> Strides)
{
    /// <summary>How many numbers it has.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => checked(product * size));

    /// <summary>A tensor that stands by itself, row by row.</summary>
    public static StoredTensor RowByRow(string name, ElementType type, IReadOnlyList<long> shape)
    {
        var strides = new long[shape.Count];
        var stride = 1L;
        for (var i = shape.Count - 1; i >= 0; i--)
        {
            (strides[i], stride) = (stride, checked(stride * shape[i]));
        }

        return new StoredTensor(name, type, name, stride, 0, shape, strides);
    }

    /// <summary>Refuses what is no view of the numbers, or of numbers that are no floating-point numbers.</summary>
    /// <exception cref="FormatException">It says of the file what is wrong with the tensor.</exception>
    /// <exception cref="OverflowException">Its sizes are beyond any memory.</exception>
    public void Check()
    {
        if (Type.ToSingle is null)
        {
            throw new FormatException($"cannot be taken: '{Name}' is {Type.Name}, not a floating-point number");
        }

        var last = Offset;
        for (var i = 0; i < Shape.Count; i++)
        {
            last = checked(last + (Strides[i] * Math.Max(Shape[i] - 1, 0)));
        }

        if (Offset < 0 || Shape.Any(size => size < 0) || Strides.Any(stride => stride < 0) || (Count > 0 && last >= StorageLength))
        {
            throw new FormatException($"is damaged: '{Name}' reaches beyond its numbers");
        }
    }

    /// <summary>Its numbers row by row, from the bytes of the storage, little end first.</summary>
    public TensorValues Read(ReadOnlySpan<byte> storage)
    {
        var values = new float[Count];
        var index = new long[Shape.Count];
        var place = Offset;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Type.ToSingle!(storage[(int)(place * Type.Size)..]);
            for (var d = Shape.Count - 1; d >= 0; d--)
            {
                place += Strides[d];
                if (++index[d] < Shape[d])
                {
                    break;
                }

                (place, index[d]) = (place - (Strides[d] * Shape[d]), 0);
            }
        }

        return new TensorValues(Shape, values);
    }
}
