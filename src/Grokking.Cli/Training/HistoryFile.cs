using Grokking.Training;
using Parquet;
using Parquet.Schema;

namespace Grokking.Cli.Training;

/// <summary>A history as a file: one row per epoch, and the same columns in every format.</summary>
internal static class HistoryFile
{
    /// <summary>The formats, by their extensions.</summary>
    public static string[] Extensions { get; } = [".csv", ".jsonl", ".parquet"];

    /// <summary>Writes the file that has this extension.</summary>
    public static void Write(TrainingHistory history, string extension, Stream stream)
    {
        if (extension == ".parquet")
        {
            WriteParquetAsync(history, stream).GetAwaiter().GetResult();
            return;
        }

        using var text = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        Action<TextWriter> write = extension == ".csv" ? history.WriteCsv : history.WriteJsonLines;
        write(text);
    }

    private static async Task WriteParquetAsync(TrainingHistory history, Stream stream)
    {
        DataField[] fields = [.. TrainingHistory.Columns.Select(column => column.Name switch
        {
            "epoch" => new DataField<int>(column.Name),
            "step" => new DataField<long>(column.Name),
            _ => (DataField)new DataField<double>(column.Name),
        })];
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream);
        using var rows = writer.CreateRowGroup();
        foreach (var (field, (_, value)) in fields.Zip(TrainingHistory.Columns))
        {
            var values = history.Select(value);
            await (field.Name switch
            {
                "epoch" => rows.WriteAsync<int>(field, values.Select(number => (int)number).ToArray()),
                "step" => rows.WriteAsync<long>(field, values.Select(number => (long)number).ToArray()),
                _ => rows.WriteAsync<double>(field, values.ToArray()),
            });
        }
    }
}
