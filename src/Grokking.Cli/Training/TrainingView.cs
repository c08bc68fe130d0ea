using System.Globalization;
using Grokking.Training;
using Spectre.Console;

namespace Grokking.Cli.Training;

/// <summary>What the caller sees of a run: the original's log lines and, in a terminal, a bar below them.</summary>
internal sealed class TrainingView
{
    private const int EpochsPerLogLine = 100;

    private readonly bool _bar = !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi;

    /// <summary>Shows the run while the given work goes on.</summary>
    public void Watch(int epochs, Action<IProgress<TrainingProgress>> work)
    {
        if (!_bar)
        {
            work(new ProgressListener<TrainingProgress>(Log));
            return;
        }

        AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn(), new RemainingTimeColumn())
            .Start(live =>
            {
                var bar = live.AddTask("epoch 1", maxValue: epochs);
                work(new ProgressListener<TrainingProgress>(progress =>
                {
                    Log(progress);
                    bar.Description = Description(progress);
                    bar.Value = progress.Latest.Epoch + 1;
                }));
            });
    }

    /// <summary>One line for the caller, while the run goes on.</summary>
    public void Say(string line)
    {
        if (_bar)
        {
            AnsiConsole.WriteLine(line);
        }
        else
        {
            Console.WriteLine(line);
        }
    }

    private void Log(TrainingProgress progress)
    {
        if (progress.Latest.Epoch % EpochsPerLogLine == 0)
        {
            Say(progress.Latest.LogLine(progress.Epochs));
        }
    }

    private static string Description(TrainingProgress progress) => string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {progress.Latest.Epoch + 1:N0} · val accuracy {progress.Latest.ValidationAccuracy:F1}% · {progress.EpochsPerSecond:N0} epochs/s");
}
