using Grokking.Training.Fused;

namespace Grokking.Tests.Training.Fused;

public sealed class TransposeTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 5)]
    [InlineData(8, 16)]
    [InlineData(13, 4)]
    public void Writes_every_row_down_a_column_and_nothing_between_them(int rows, int columns)
    {
        const float untouched = -1;
        var (stride, transposedStride) = (columns + 2, rows + 3);
        float[] matrix = [.. Enumerable.Range(0, rows * stride).Select(i => (float)i)];
        var transposed = new float[columns * transposedStride];
        Array.Fill(transposed, untouched);

        Transpose.Of(matrix, stride, rows, columns, transposed, transposedStride);

        for (var column = 0; column < columns; column++)
        {
            for (var row = 0; row < transposedStride; row++)
            {
                Assert.Equal(row < rows ? matrix[(row * stride) + column] : untouched, transposed[(column * transposedStride) + row]);
            }
        }
    }

    [Fact]
    public void Refuses_a_matrix_or_a_transpose_that_is_too_short()
    {
        var matrix = Assert.Throws<ArgumentException>(() => Transpose.Of(new float[5], 3, 2, 3, new float[6], 2));
        Assert.Contains("matrix has 5 numbers, its shape needs 6", matrix.Message, StringComparison.Ordinal);
        var transposed = Assert.Throws<ArgumentException>(() => Transpose.Of(new float[6], 3, 2, 3, new float[5], 2));
        Assert.Contains("transposed has 5 numbers, its shape needs 6", transposed.Message, StringComparison.Ordinal);
    }
}
