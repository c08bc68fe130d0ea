using FsCheck;
using FsCheck.Xunit;
using Grokking.Training.Fused;

namespace Grokking.Tests.Training.Fused;

public sealed class MatrixKernelTests
{
    /// <summary>
    /// Shapes up to 100 take every path: tiles of 6 rows and what is left of them, lanes of 32, 16, 8 and 1 columns. Around
    /// the three matrices, and in the gaps between their rows, stands NaN: a product that takes in any of it is NaN.
    /// </summary>
    [Property(MaxTest = 300)]
    public void A_product_is_the_plain_triple_loops_and_nothing_beside_it_is_written(
        PositiveInt rows, PositiveInt columns, NonNegativeInt depth, bool transposed,
        NonNegativeInt gapA, NonNegativeInt gapB, NonNegativeInt gapC, bool accumulate, int seed)
    {
        var random = new Random(seed);
        var a = transposed ? new Matrix(depth.Get, rows.Get, gapA.Get, random) : new Matrix(rows.Get, depth.Get, gapA.Get, random);
        var b = new Matrix(depth.Get, columns.Get, gapB.Get, random);
        var c = new Matrix(rows.Get, columns.Get, gapC.Get, random);
        var before = c.Copy();
        var (aRow, aStep) = transposed ? (1, a.Stride) : (a.Stride, 1);

        MatrixKernel.Multiply(rows.Get, columns.Get, depth.Get, a.Span, aRow, aStep, b.Span, b.Stride, c.Span, c.Stride, accumulate);

        c.AssertFrame(before);
        for (var row = 0; row < rows.Get; row++)
        {
            for (var column = 0; column < columns.Get; column++)
            {
                var start = accumulate ? before[row, column] : 0;
                var (sum, size, chain) = ((double)start, Math.Abs((double)start), start);
                for (var k = 0; k < depth.Get; k++)
                {
                    var factor = transposed ? a[k, row] : a[row, k];
                    sum += (double)factor * b[k, column];
                    size += Math.Abs((double)factor * b[k, column]);
                    chain = MathF.FusedMultiplyAdd(factor, b[k, column], chain);
                }

                // A chain of n roundings is off by at most n units of 2^-24 of the sum of the absolute values.
                Assert.True(
                    Math.Abs(c[row, column] - sum) <= (depth.Get + 1) * Math.ScaleB(size, -24),
                    $"C[{row}, {column}] is {c[row, column]:R}, the triple loop's {sum:R}.");
                // And it is that chain, to the last bit: what the determinism of a run rests on.
                Assert.Equal(chain, c[row, column]);
            }
        }
    }

    [Fact]
    public void A_stride_of_zero_reads_the_same_numbers_again()
    {
        float[] a = [2, 3];
        float[] b = [5, 7];
        var outer = new float[4];
        MatrixKernel.Multiply(2, 2, 1, a, 1, 0, b, 2, outer, 2);
        Assert.Equal([10, 14, 15, 21], outer);

        var everyRow = new float[4];
        MatrixKernel.Multiply(2, 2, 1, a, 0, 1, b, 2, everyRow, 2);
        Assert.Equal([10, 14, 10, 14], everyRow);
    }

    [Fact]
    public void A_product_of_no_depth_is_zero_and_adds_nothing()
    {
        float[] c = [1, 2, 3, 4];
        MatrixKernel.Multiply(2, 2, 0, [], 0, 1, [], 2, c, 2, accumulate: true);
        Assert.Equal([1, 2, 3, 4], c);
        MatrixKernel.Multiply(2, 2, 0, [], 0, 1, [], 2, c, 2);
        Assert.Equal([0, 0, 0, 0], c);
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(3, 0)]
    public void A_product_without_rows_or_columns_does_nothing(int rows, int columns) =>
        MatrixKernel.Multiply(rows, columns, 2, [], 2, 1, [], columns, [], columns);

    /// <summary>A of 3 × 4 at stride 5, B of 4 × 6 at stride 7, C of 3 × 6 at stride 8: the least lengths are 14, 27 and 22.</summary>
    [Theory]
    [InlineData(13, 27, 22, "a has 13 numbers, its shape needs 14")]
    [InlineData(14, 26, 22, "b has 26 numbers, its shape needs 27")]
    [InlineData(14, 27, 21, "c has 21 numbers, its shape needs 22")]
    public void A_matrix_that_is_too_short_for_its_shape_is_refused(int a, int b, int c, string message)
    {
        var exception = Assert.Throws<ArgumentException>(
            () => MatrixKernel.Multiply(3, 6, 4, new float[a], 5, 1, new float[b], 7, new float[c], 8));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        MatrixKernel.Multiply(3, 6, 4, new float[14], 5, 1, new float[27], 7, new float[22], 8);
    }

    [Fact]
    public void A_shape_whose_length_is_more_than_an_int_is_refused()
    {
        var exception = Assert.Throws<ArgumentException>(
            () => MatrixKernel.Multiply(70_000, 1, 1, new float[1], 70_000, 1, new float[1], 1, new float[70_000], 1));
        Assert.Contains("needs 4899930001", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_negative_stride_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => MatrixKernel.Multiply(2, 1, 1, new float[1], -1, 1, new float[1], 1, new float[2], 1));

    /// <summary>A matrix in the middle of an array, with gaps between its rows.</summary>
    private sealed class Matrix
    {
        private const int Margin = 40;

        private readonly int _rows;
        private readonly int _columns;
        private readonly float[] _numbers;

        public Matrix(int rows, int columns, int gap, Random random)
            : this(rows, columns, columns + gap, new float[(rows * (columns + gap)) + (2 * Margin)])
        {
            Array.Fill(_numbers, float.NaN);
            for (var row = 0; row < rows; row++)
            {
                for (var column = 0; column < columns; column++)
                {
                    _numbers[Place(row, column)] = (2 * random.NextSingle()) - 1;
                }
            }
        }

        private Matrix(int rows, int columns, int stride, float[] numbers) =>
            (_rows, _columns, Stride, _numbers) = (rows, columns, stride, numbers);

        public int Stride { get; }

        /// <summary>From the first number to the last: a gap after the last row does not belong to it.</summary>
        public Span<float> Span => _rows == 0 || _columns == 0
            ? []
            : _numbers.AsSpan(Margin, ((_rows - 1) * Stride) + _columns);

        public float this[int row, int column] => _numbers[Place(row, column)];

        public Matrix Copy() => new(_rows, _columns, Stride, [.. _numbers]);

        /// <summary>Asserts that nothing changed but the matrix.</summary>
        public void AssertFrame(Matrix before)
        {
            Assert.Equal(before.Frame(), Frame());
        }

        private int[] Frame()
        {
            var frame = Copy();
            for (var row = 0; row < _rows; row++)
            {
                frame._numbers.AsSpan(Place(row, 0), _columns).Clear();
            }

            return [.. frame._numbers.Select(BitConverter.SingleToInt32Bits)];
        }

        private int Place(int row, int column) => Margin + (row * Stride) + column;
    }
}
