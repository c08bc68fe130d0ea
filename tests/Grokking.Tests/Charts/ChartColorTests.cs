using Grokking.Charts;

namespace Grokking.Tests.Charts;

public sealed class ChartColorTests
{
    // A page of the report and VS Code's editor, light and dark.
    [Theory]
    [InlineData(ChartColor.Blue, "#ffffff")]
    [InlineData(ChartColor.Blue, "#1f1f1f")]
    [InlineData(ChartColor.Vermilion, "#ffffff")]
    [InlineData(ChartColor.Vermilion, "#1f1f1f")]
    [InlineData(ChartColor.Green, "#ffffff")]
    [InlineData(ChartColor.Green, "#1f1f1f")]
    [InlineData(ChartColor.Grey, "#ffffff")]
    [InlineData(ChartColor.Grey, "#1f1f1f")]
    [InlineData(ChartColor.Purple, "#ffffff")]
    [InlineData(ChartColor.Purple, "#1f1f1f")]
    public void A_line_stands_out_from_a_light_and_a_dark_page(string line, string page)
    {
        var (one, other) = (Luminance(line), Luminance(page));

        Assert.True((Math.Max(one, other) + 0.05) / (Math.Min(one, other) + 0.05) >= 3);
    }

    // https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
    private static double Luminance(string color)
    {
        double[] weights = [0.2126, 0.7152, 0.0722];
        return weights.Select((weight, i) =>
        {
            var channel = Convert.ToInt32(color.Substring(1 + (2 * i), 2), 16) / 255.0;
            return weight * (channel <= 0.04045 ? channel / 12.92 : Math.Pow((channel + 0.055) / 1.055, 2.4));
        }).Sum();
    }
}
