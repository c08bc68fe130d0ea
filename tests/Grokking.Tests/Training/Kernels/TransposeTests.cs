using Grokking.Training.Kernels;

namespace Grokking.Tests.Training.Kernels;

public sealed class TransposeTests
{
    [Fact]
    public void A_row_is_written_down_a_column_and_nothing_beside_it()
    {
        var matrix = new float[8];
        Transpose.ToColumn([1, 2, 3], matrix.AsSpan(1), 3);
        Assert.Equal([0, 1, 0, 0, 2, 0, 0, 3], matrix);
    }

    [Fact]
    public void A_matrix_that_is_too_short_is_refused()
    {
        var exception = Assert.Throws<ArgumentException>(() => Transpose.ToColumn([1, 2, 3], new float[6], 3));
        Assert.Contains("the matrix has 6 numbers", exception.Message, StringComparison.Ordinal);
    }
}
