using System.CommandLine;

namespace Grokking.Benchmarks.Curves;

/// <summary><c>chart</c>: what <c>curves</c> wrote, as a picture.</summary>
internal static class ChartCommand
{
    public static Command Create()
    {
        var curves = new Argument<string>("FILE.csv") { Description = "What curves wrote." };
        var picture = new Argument<string>("FILE.png") { Description = "The picture to write." };
        var command = new Command("chart", "Draws what curves wrote.") { curves, picture };
        command.SetAction(given => CurvePicture.Write(CurveChart.Of(CurveFile.Read(given.GetRequiredValue(curves))), given.GetRequiredValue(picture)));
        return command;
    }
}
