using System.Globalization;
using System.Text.Json;
using Grokking.Notebooks.Tests.Reports;
using Parquet;

namespace Grokking.Notebooks.Tests.Training;

/// <summary>One history in the three formats of <c>--history</c>, read back by three readers.</summary>
public sealed class HistoryFileTests : IDisposable
{
    private readonly ReportProcess _train = new();

    public void Dispose() => _train.Dispose();

    [Fact]
    public async Task The_formats_have_the_same_columns_and_the_same_numbers()
    {
        Train("--modulus", "7", "--epochs", "12", "--run", "run", "--history", "run.csv");
        // No more is trained: the same epochs, once again.
        Train("--resume", "run", "--history", "run.jsonl");
        Train("--resume", "run", "--history", "run.parquet");

        var lines = File.ReadAllLines(_train.File("run.csv"));
        var names = lines[0].Split(',');
        double[][] rows = [.. lines[1..].Select(line => line.Split(',').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray())];
        Assert.Equal(12, rows.Length);

        var objects = File.ReadAllLines(_train.File("run.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.All(objects, row => Assert.Equal(names, row.EnumerateObject().Select(column => column.Name)));
        Assert.Equal(rows, objects.Select(row => row.EnumerateObject().Select(column => column.Value.GetDouble()).ToArray()));

        await using var parquet = await ParquetReader.CreateAsync(_train.File("run.parquet"), cancellationToken: TestContext.Current.CancellationToken);
        var fields = parquet.Schema.DataFields;
        Assert.Equal(names, fields.Select(field => field.Name));
        Assert.Equal([typeof(int), typeof(long), .. Enumerable.Repeat(typeof(double), 6)], fields.Select(field => field.ClrType));
        Assert.All(fields, field => Assert.False(field.IsNullable));
        var group = Assert.Single(parquet.RowGroups);
        var epochs = new int[12];
        await group.ReadAsync<int>(fields[0], epochs, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(rows.Select(row => (int)row[0]), epochs);
        var steps = new long[12];
        await group.ReadAsync<long>(fields[1], steps, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(rows.Select(row => (long)row[1]), steps);
        for (var column = 2; column < names.Length; column++)
        {
            var numbers = new double[12];
            await group.ReadAsync<double>(fields[column], numbers, cancellationToken: TestContext.Current.CancellationToken);
            // Seconds have four digits in a text.
            Assert.All(rows.Zip(numbers), pair => Assert.Equal(pair.First[column], pair.Second, column == 2 ? 0.00005001 : 0));
        }
    }

    private void Train(params string[] options)
    {
        _train.Run(["train", .. options]);
        Assert.Equal((0, ""), (_train.ExitCode, _train.Error));
    }
}
