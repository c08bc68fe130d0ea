using System.ComponentModel;
using System.Diagnostics;
using Plotly.NET;

namespace Grokking.Benchmarks.Curves;

/// <summary>A chart as a PNG file, drawn by Chromium without a window or a network.</summary>
internal static class CurvePicture
{
    public const int Width = 1000;
    public const int Height = 500;

    private static readonly string[] Browsers = ["chromium", "chromium-browser", "google-chrome"];

    /// <exception cref="RequestException">There is no Chromium here.</exception>
    /// <exception cref="IOException">Chromium drew nothing, or the file can't be written.</exception>
    public static void Write(GenericChart chart, string path)
    {
        var folder = Directory.CreateTempSubdirectory("grokking-chart-");
        try
        {
            var page = Path.Combine(folder.FullName, "chart.html");
            var picture = Path.Combine(folder.FullName, "chart.png");
            File.WriteAllText(page, Page(chart));
            Screenshot(page, picture, Path.Combine(folder.FullName, "profile"));
            if (!File.Exists(picture))
            {
                throw new IOException("Chromium ended without a picture.");
            }

            File.Move(picture, path, overwrite: true);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Page(GenericChart chart)
    {
        using var resource = new StreamReader(
            typeof(GenericChart).Assembly.GetManifestResourceStream("Plotly.NET.plotly-2.28.0.min.js")!);
        return $$"""
            <!DOCTYPE html>
            <html lang="en">
            <meta charset="utf-8">
            <body style="margin: 0"><div id="chart"></div>
            <script>{{resource.ReadToEnd()}}</script>
            <script>
            const figure = {{GenericChart.toFigureJson(chart)}};
            Plotly.newPlot("chart", figure.data, figure.layout, { displayModeBar: false });
            </script>
            """;
    }

    private static void Screenshot(string page, string picture, string profile)
    {
        string[] arguments =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", $"--user-data-dir={profile}",
            $"--window-size={Width},{Height}", "--force-device-scale-factor=2",
            "--virtual-time-budget=5000", $"--screenshot={picture}", new Uri(page).AbsoluteUri,
        ];
        foreach (var browser in Browsers)
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(browser, arguments) { RedirectStandardError = true })!;
                process.StandardError.ReadToEnd();
                process.WaitForExit();
                return;
            }
            catch (Win32Exception)
            {
                // Not installed: the next.
            }
        }

        throw new RequestException($"The picture needs Chromium; none of {string.Join(", ", Browsers)} is on the path.");
    }
}
