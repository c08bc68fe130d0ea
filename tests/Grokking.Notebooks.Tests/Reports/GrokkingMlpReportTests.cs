using System.Text.RegularExpressions;
using Grokking.Notebooks.Tests.Kernel;
using Microsoft.Playwright;

namespace Grokking.Notebooks.Tests.Reports;

/// <summary>The original's report with 200 epochs, made once, from the repository's own notebook.</summary>
public sealed class GrokkingMlpReport : IDisposable
{
    private readonly ReportProcess _report = new();
    private readonly Lazy<ReportProcess> _run;

    public GrokkingMlpReport() => _run = new(() =>
        _report.Run("report", Path.Combine(Repository.Notebooks, "grokking-mlp.ipynb"), "--parameter", "num_epochs=200"));

    internal ReportProcess Run => _run.Value;

    /// <summary>The page's full path.</summary>
    public string Page => Run.File("reports/grokking-mlp.html");

    public void Dispose() => _report.Dispose();
}

/// <summary>The page that the README's first command makes, in a browser without a network.</summary>
public sealed partial class GrokkingMlpReportTests(Chromium chromium, GrokkingMlpReport report)
{
    private static readonly string[] Titles = ["Loss Curve", "Training Accuracy", "Output Layer Norm", "Layer weights"];

    [Fact]
    public void The_run_succeeds_and_its_page_stays_small()
    {
        Assert.Equal("", report.Run.Error);
        Assert.Equal(0, report.Run.ExitCode);

        // 20,000 epochs add five series of about seven characters a point.
        Assert.InRange(new FileInfo(report.Page).Length, 0, 2_500_000 - (5 * 20_000 * 7));
        Assert.Single(PlotlyScript().Matches(File.ReadAllText(report.Page)));
    }

    [Theory]
    [InlineData(1440, false)]
    [InlineData(390, true)]
    public async Task Every_chart_is_drawn_as_wide_as_the_text_allows(int width, bool dark)
    {
        var page = await OpenAsync(width, dark);
        await Assertions.Expect(page.Locator(".gtitle")).ToHaveTextAsync(Titles);
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        foreach (var chart in await page.Locator(".js-plotly-plot").AllAsync())
        {
            var box = (await chart.BoundingBoxAsync())!;
            var room = (await chart.Locator("xpath=ancestor::section").BoundingBoxAsync())!;
            Assert.Equal(room.Width, box.Width, 1.0);
            Assert.True(await DrawnPixelsAsync(page, chart) > 500, "The chart is blank.");
        }
    }

    [Theory]
    [InlineData("Loss Curve", "Y Axis Log Scale", "yaxis.type", "log")]
    [InlineData("Loss Curve", "Y Axis Linear Scale", "yaxis.type", "linear")]
    [InlineData("Training Accuracy", "X Axis Log Scale", "xaxis.type", "log")]
    [InlineData("Training Accuracy", "X Axis Linear Scale", "xaxis.type", "linear")]
    public async Task A_scale_button_does_what_it_says(string title, string button, string property, string value)
    {
        var page = await OpenAsync();
        var chart = page.Locator(".js-plotly-plot").Filter(new() { HasText = title });
        var before = await chart.Locator(".scatterlayer").InnerHTMLAsync();
        if (value == "linear")
        {
            await chart.GetByText(button.Replace("Linear", "Log", StringComparison.Ordinal)).ClickAsync();
        }

        await chart.GetByText(button).ClickAsync();

        Assert.Equal(value, await chart.EvaluateAsync<string>($"plot => plot._fullLayout.{property}"));
        Assert.Equal(value == "linear", before == await chart.Locator(".scatterlayer").InnerHTMLAsync());
    }

    [Fact]
    public async Task The_layer_buttons_show_one_layer_each()
    {
        var page = await OpenAsync();
        var chart = page.Locator(".js-plotly-plot").Filter(new() { HasText = "Layer weights" });
        await Assertions.Expect(chart.Locator(".point")).ToHaveCountAsync(99);

        await chart.GetByText("Output layer").ClickAsync();
        await Assertions.Expect(chart.Locator(".point")).ToHaveCountAsync(97);
        await chart.GetByText("Embedding layer").ClickAsync();
        await Assertions.Expect(chart.Locator(".point")).ToHaveCountAsync(99);
    }

    [Fact]
    public async Task The_keyboard_reaches_the_buttons_of_a_chart()
    {
        var page = await OpenAsync();
        var chart = page.Locator(".js-plotly-plot").Filter(new() { HasText = "Loss Curve" });
        await chart.GetByRole(AriaRole.Button, new() { Name = "Y Axis Log Scale" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");

        Assert.Equal("log", await chart.EvaluateAsync<string>("plot => plot._fullLayout.yaxis.type"));
    }

    [Fact]
    public async Task With_scripts_off_a_sentence_stands_in_place_of_each_chart()
    {
        var page = await chromium.OpenAsync(report.Page, scripts: false);
        var sentences = page.Locator("noscript p");
        await Assertions.Expect(sentences).ToHaveCountAsync(Titles.Length);
        for (var i = 0; i < Titles.Length; i++)
        {
            await Assertions.Expect(sentences.Nth(i)).ToBeVisibleAsync();
            Assert.Contains(Titles[i], await sentences.Nth(i).InnerTextAsync());
        }
    }

    [Fact]
    public async Task On_paper_each_chart_is_whole()
    {
        var page = await OpenAsync(width: 1440);

        // Printing lays the page out anew at once: a chart has no time to be drawn again.
        var widths = await page.EvaluateAsync<double[]>("""
            () => {
              dispatchEvent(new Event('beforeprint'));
              return [...document.querySelectorAll('.js-plotly-plot')].map(plot =>
                plot.querySelector('.main-svg').clientWidth * getComputedStyle(plot).getPropertyValue('--print-zoom'));
            }
            """);
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        var zooms = await page.EvaluateAsync<double[]>("[...document.querySelectorAll('.js-plotly-plot')].map(plot => +getComputedStyle(plot).zoom)");

        const double A4WithoutMargins = 180 / 25.4 * 96;
        Assert.All(widths, width => Assert.InRange(width, 500, A4WithoutMargins));
        Assert.All(zooms, zoom => Assert.InRange(zoom, 0.5, 0.9));
    }

    [Fact]
    public async Task The_printed_log_and_the_final_bar_are_in_the_page()
    {
        var page = await OpenAsync();

        await Assertions.Expect(page.GetByText("[101/200][1,515]\tTrain Loss: ")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Done: 200 epochs")).ToBeVisibleAsync();
    }

    private async Task<IPage> OpenAsync(int width = 1440, bool dark = false)
    {
        var page = await chromium.OpenAsync(report.Page, width, dark: dark);
        await Assertions.Expect(page.Locator(".js-plotly-plot .main-svg .gtitle")).ToHaveCountAsync(Titles.Length, new() { Timeout = 20_000 });
        return page;
    }

    /// <summary>Pixels of the chart, as it is on the screen, that have the colour of a line or a point.</summary>
    private static async Task<int> DrawnPixelsAsync(IPage page, ILocator chart)
    {
        await chart.ScrollIntoViewIfNeededAsync();
        var picture = Convert.ToBase64String(await chart.ScreenshotAsync());
        return await page.EvaluateAsync<int>("""
            async picture => {
              const image = new Image();
              image.src = 'data:image/png;base64,' + picture;
              await image.decode();
              const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
              canvas.drawImage(image, 0, 0);
              const { data } = canvas.getImageData(0, 0, image.width, image.height);
              let drawn = 0;
              for (let i = 0; i < data.length; i += 4) {
                if (Math.max(data[i], data[i + 1], data[i + 2]) - Math.min(data[i], data[i + 1], data[i + 2]) > 60) drawn++;
              }
              return drawn;
            }
            """, picture);
    }

    /// <summary>Compressed or not, plotly.js is the only thing of its size.</summary>
    [GeneratedRegex(@"[^""\s]{500000,}")]
    private static partial Regex PlotlyScript();
}
