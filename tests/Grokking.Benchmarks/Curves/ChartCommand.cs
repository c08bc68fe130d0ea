using System.ComponentModel;
using Spectre.Console.Cli;

namespace Grokking.Benchmarks.Curves;

/// <summary><c>chart</c>: what <c>curves</c> wrote, as a picture.</summary>
internal sealed class ChartCommand : Command<ChartCommand.Settings>
{
    internal sealed class Settings : CommandSettings
    {
        [CommandArgument(0, "<FILE.csv>")]
        [Description("What curves wrote.")]
        public string Curves { get; init; } = "";

        [CommandArgument(1, "<FILE.png>")]
        [Description("The picture to write.")]
        public string Picture { get; init; } = "";
    }

    public override int Execute(CommandContext context, Settings settings, CancellationToken cancellation)
    {
        CurvePicture.Write(CurveChart.Of(CurveFile.Read(settings.Curves)), settings.Picture);
        return 0;
    }
}
