using System.Globalization;
using Grokking.Training;

namespace Grokking.Tests.Training;

public sealed class TrainingHistoryTests
{
    private static readonly EpochRecord First = new(0, 15, 0.12345, 4.9336, 1.25, 0.1 + 0.2, 0.5, 2.5);

    [Fact]
    public void A_log_line_is_the_originals_with_its_columns_under_each_other()
    {
        var epoch = new EpochRecord(100, 1515, 1, 0.3541, 90, 4.6654, 3, 2);
        Assert.Equal("[101/20000][1,515]    \tTrain Loss: 0.354\tVal Loss: 4.665", epoch.LogLine(20_000));
        Assert.Equal("[1/20000][15]         \tTrain Loss: 4.934\tVal Loss: 0.300", First.LogLine(20_000));
    }

    [Fact]
    public void The_file_has_the_columns_and_a_line_an_epoch()
    {
        var lines = Csv(First, new EpochRecord(1, 30, 1234.5, double.NaN, 100, double.PositiveInfinity, 99.5, 1e-9)).ReplaceLineEndings("\n").Split('\n');
        Assert.Equal(
            [
                "epoch,step,seconds,train_loss,train_accuracy,val_loss,val_accuracy,output_layer_norm",
                "0,15,0.1235,4.9336,1.25,0.30000000000000004,0.5,2.5",
                "1,30,1234.5000,NaN,100,Infinity,99.5,1E-09",
                "",
            ],
            lines);
    }

    [Fact]
    public void A_line_of_JSON_has_the_columns_and_null_for_what_is_no_number()
    {
        var text = new StringWriter { NewLine = "\n" };
        History(First, new EpochRecord(1, 30, 1234.5, double.NaN, 100, double.PositiveInfinity, 99.5, 1e-9)).WriteJsonLines(text);
        Assert.Equal(
            """
            {"epoch":0,"step":15,"seconds":0.1235,"train_loss":4.9336,"train_accuracy":1.25,"val_loss":0.30000000000000004,"val_accuracy":0.5,"output_layer_norm":2.5}
            {"epoch":1,"step":30,"seconds":1234.5000,"train_loss":null,"train_accuracy":100,"val_loss":null,"val_accuracy":99.5,"output_layer_norm":1E-09}

            """,
            text.ToString());
    }

    [Fact]
    public void A_run_without_epochs_is_a_file_with_a_heading()
    {
        Assert.Equal("epoch,step,seconds,train_loss,train_accuracy,val_loss,val_accuracy,output_layer_norm", Csv().Trim());
    }

    [Fact]
    public void Numbers_are_written_alike_whatever_the_readers_country_is()
    {
        var (line, csv) = (First.LogLine(20_000), Csv(First));
        var before = CultureInfo.CurrentCulture;
        var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (german.NumberFormat.NumberDecimalSeparator, german.NumberFormat.NumberGroupSeparator, german.NumberFormat.NegativeSign) = (",", ".", "−");
        try
        {
            CultureInfo.CurrentCulture = german;
            Assert.Equal("0,5", $"{0.5}");
            Assert.Equal(line, First.LogLine(20_000));
            Assert.Equal(csv, Csv(First));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void The_first_epoch_that_reaches_an_accuracy_is_found()
    {
        var history = new TrainingHistory();
        Assert.Null(history.FirstReachingValidation(0));
        foreach (var (accuracy, epoch) in new[] { 10, 99, 98.9, 99.5, 100 }.Select((accuracy, epoch) => (accuracy, epoch)))
        {
            history.Add(First with { Epoch = epoch, ValidationAccuracy = accuracy });
        }

        Assert.Equal(1, history.FirstReachingValidation(99)?.Epoch);
        Assert.Equal(3, history.FirstReachingValidation(99.01)?.Epoch);
        Assert.Equal(4, history.FirstReachingValidation(100)?.Epoch);
        Assert.Equal(0, history.FirstReachingValidation(0)?.Epoch);
        Assert.Null(history.FirstReachingValidation(100.1));
        Assert.Equal(5, history.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => history[5]);
    }

    private static string Csv(params EpochRecord[] epochs)
    {
        var text = new StringWriter();
        History(epochs).WriteCsv(text);
        return text.ToString();
    }

    private static TrainingHistory History(params EpochRecord[] epochs)
    {
        var history = new TrainingHistory();
        foreach (var epoch in epochs)
        {
            history.Add(epoch);
        }

        return history;
    }
}
