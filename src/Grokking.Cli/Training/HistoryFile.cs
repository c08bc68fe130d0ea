using System.Text;
using Grokking.Training;
using Parquet;
using Parquet.Schema;

namespace Grokking.Cli.Training;

/// <summary>A history as a file: a row an epoch, and the same columns in every format.</summary>
internal static class HistoryFile
{
    /// <summary>The formats, by their extensions.</summary>
    public static string[] Extensions { get; } = [".csv", ".jsonl", ".parquet"];

    /// <summary>The bytes of the file that has this extension.</summary>
    public static byte[] Contents(TrainingHistory history, string extension) => extension switch
    {
        ".csv" => Text(history.WriteCsv),
        ".jsonl" => Text(history.WriteJsonLines),
        ".parquet" => ParquetAsync(history).GetAwaiter().GetResult(),
        _ => throw new ArgumentException($"There is no format for {extension}."),
    };

    private static byte[] Text(Action<TextWriter> write)
    {
        var text = new StringWriter { NewLine = "\n" };
        write(text);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static async Task<byte[]> ParquetAsync(TrainingHistory history)
    {
        var stream = new MemoryStream();
        DataField[] columns =
        [
            new DataField<int>("epoch"), new DataField<long>("step"),
            .. from name in new[] { "seconds", "train_loss", "train_accuracy", "val_loss", "val_accuracy", "output_layer_norm" }
               select new DataField<double>(name),
        ];
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(columns), stream))
        {
            using var rows = writer.CreateRowGroup();
            await rows.WriteAsync<int>(columns[0], history.Select(epoch => epoch.Epoch).ToArray());
            await rows.WriteAsync<long>(columns[1], history.Select(epoch => epoch.Step).ToArray());
            Func<EpochRecord, double>[] values =
            [
                epoch => epoch.Seconds, epoch => epoch.TrainingLoss, epoch => epoch.TrainingAccuracy,
                epoch => epoch.ValidationLoss, epoch => epoch.ValidationAccuracy, epoch => epoch.OutputLayerNorm,
            ];
            foreach (var (column, value) in columns[2..].Zip(values))
            {
                await rows.WriteAsync<double>(column, history.Select(value).ToArray());
            }
        }

        return stream.ToArray();
    }
}
