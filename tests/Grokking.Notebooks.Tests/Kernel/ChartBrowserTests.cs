using System.Globalization;
using System.Text.RegularExpressions;
using Grokking.Notebooks.Tests.Reports;
using Microsoft.Playwright;

namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>What a kernel sends, in a browser without a network.</summary>
[Collection(KernelCollection.Name)]
public sealed class ChartBrowserTests(Chromium chromium, ChartPage charts, ITestOutputHelper output)
    : IClassFixture<Chromium>, IClassFixture<ChartPage>
{
    private const int Loss = 0;
    private const int Accuracy = 1;
    private const int Circles = 3;

    [Fact]
    public async Task A_chart_without_plotly_says_which_cell_to_run_and_appears_when_it_was_run()
    {
        var page = await chromium.OpenAsync(charts.Write(charts.Charts[Loss]));
        await Assertions.Expect(page.GetByText("run that cell, and the chart appears here")).ToBeVisibleAsync(new() { Timeout = 10_000 });

        await Append(page, charts.Plotly);

        await Assertions.Expect(page.GetByText("Loss Curve")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await Assertions.Expect(page.GetByText("run that cell")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_page_with_module_loaders_of_its_own_shows_charts()
    {
        var loaders = "<script>var define = () => {}; define.amd = true; var exports = {}; var module = { exports };</script>";

        await Drawn(charts.Write(loaders, charts.Plotly, charts.Charts[Loss]), 1);
    }

    [Fact]
    public async Task The_set_up_shown_twice_leaves_one_plotly()
    {
        var page = await Drawn(charts.Write(charts.Plotly, charts.Charts[Loss]), 1);
        await page.EvaluateAsync("Plotly.first = true");
        await Append(page, charts.Plotly);
        await page.WaitForTimeoutAsync(500);

        Assert.True(await page.EvaluateAsync<bool>("Plotly.first"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_text_is_readable_on_a_light_and_a_dark_page(bool dark)
    {
        var page = await Drawn(charts.Write([charts.Plotly, .. charts.Charts]), 4, dark: dark);

        Assert.InRange(await LowestContrastAsync(page), 4.5, 21);
    }

    [Fact]
    public async Task A_chart_follows_a_change_of_theme()
    {
        var page = await Drawn(charts.Write([charts.Plotly, .. charts.Charts]), 4);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });

        Assert.InRange(await LowestContrastAsync(page), 4.5, 21);
    }

    [Fact]
    public async Task A_chart_follows_the_width_of_its_page()
    {
        var page = await Drawn(charts.Write([charts.Plotly, .. charts.Charts]), 4, width: 1440);
        foreach (var width in new[] { 800, 390, 1200 })
        {
            await page.SetViewportSizeAsync(width, 900);
            await Chromium.WaitAsync(page, $"[...document.querySelectorAll('.js-plotly-plot')].every(plot => plot._fullLayout.width === {width - 32} && plot.querySelector('.main-svg').clientWidth === {width - 32})");
        }
    }

    [Theory]
    [InlineData(1440)]
    [InlineData(800)]
    [InlineData(390)]
    public async Task Title_buttons_plot_and_legend_keep_out_of_each_others_way(int width)
    {
        var page = await Drawn(charts.Write([charts.Plotly, .. charts.Charts]), 4, width: width);

        // From top to bottom; what a chart does not have is left out.
        var overlaps = await page.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll('.js-plotly-plot')].flatMap(plot => {
              const parts = ['.gtitle', '.updatemenu-container', '.nsewdrag', '.xtitle', '.legend']
                .flatMap(part => [...plot.querySelectorAll(part)].slice(0, 1).map(element => [part, element.getBoundingClientRect()]))
                .filter(([, box]) => box.height > 0);
              return parts.slice(1).filter(([, box], i) => box.top < parts[i][1].bottom - 0.5)
                .map(([part]) => plot.getAttribute('aria-label') + ' ' + part)
                .concat(parts.filter(([, box]) => box.left < -0.5 || box.right > innerWidth + 0.5).map(([part]) => 'outside: ' + part));
            })
            """);

        Assert.Empty(overlaps);
    }

    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task A_circle_is_round_at_any_width_and_in_both_layers(int width)
    {
        var page = await Drawn(charts.Write(charts.Plotly, charts.Charts[Circles]), 1, width: width);
        foreach (var layer in new[] { "Output layer", "Embedding layer" })
        {
            await page.GetByText(layer).ClickAsync();
            await page.WaitForTimeoutAsync(100);
            var sizes = await page.EvaluateAsync<double[]>("""
                () => {
                  const boxes = [...document.querySelectorAll('.scatterlayer .point')].map(point => point.getBoundingClientRect());
                  const spread = (low, high) => Math.max(...boxes.map(box => box[high])) - Math.min(...boxes.map(box => box[low]));
                  return [spread('left', 'right'), spread('top', 'bottom')];
                }
                """);

            Assert.InRange(sizes[0] / sizes[1], 0.98, 1.02);
            Assert.True(sizes[1] > 200, $"The circle is {sizes[1]:F0} pixels high.");
        }
    }

    [Fact]
    public async Task A_log_scale_shows_tiny_losses_and_leaves_out_what_is_exactly_zero()
    {
        var page = await Drawn(charts.Write(charts.Plotly, charts.Charts[Loss]), 1);
        await page.GetByText("Y Axis Log Scale").ClickAsync();

        var range = await page.EvaluateAsync<double[]>("document.querySelector('.js-plotly-plot')._fullLayout.yaxis.range");
        Assert.InRange(range[0], -10, -8.9);
        Assert.InRange(range[1], 0, 1.5);
    }

    [Fact]
    public async Task A_log_scale_of_epochs_starts_at_the_first()
    {
        var page = await Drawn(charts.Write(charts.Plotly, charts.Charts[Accuracy]), 1);
        await page.GetByText("X Axis Log Scale").ClickAsync();

        var range = await page.EvaluateAsync<double[]>("document.querySelector('.js-plotly-plot')._fullLayout.xaxis.range");
        Assert.Equal(0, range[0], 6);
        Assert.Equal(Math.Log10(20_000), range[1], 6);
    }

    [Fact]
    public async Task A_label_under_the_mouse_names_epoch_and_value()
    {
        var page = await Drawn(charts.Write(charts.Plotly, charts.Charts[Accuracy]), 1);
        var plot = (await page.Locator(".nsewdrag").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(plot.X + (plot.Width / 2), plot.Y + 5);

        var labels = page.Locator(".hovertext");
        await Assertions.Expect(labels).ToHaveCountAsync(2);
        var text = string.Join(' ', await labels.AllTextContentsAsync());
        Assert.Matches(@"^Train Accuracy 100\.00% ?Val Accuracy 99\.9\d%$", text);
        await Assertions.Expect(page.Locator(".axistext")).ToHaveTextAsync(new Regex(@"^(9,9[89]\d|10,0[01]\d)$"));
    }

    [Fact]
    public async Task Twenty_thousand_points_a_line_are_fluent()
    {
        var page = await Drawn(charts.Write(charts.Plotly, charts.Charts[Loss]), 1);

        var milliseconds = await page.EvaluateAsync<double>("""
            async () => {
              const plot = document.querySelector('.js-plotly-plot');
              const times = [];
              for (const type of ['log', 'linear', 'log', 'linear', 'log']) {
                const start = performance.now();
                await Plotly.relayout(plot, { 'yaxis.type': type });
                times.push(performance.now() - start);
              }
              return times.sort((a, b) => a - b)[2];
            }
            """);

        output.WriteLine($"A change of scale takes {milliseconds.ToString("F0", CultureInfo.InvariantCulture)} ms.");
        Assert.InRange(milliseconds, 0, 1_000);
    }

    [Fact]
    public void A_full_run_sends_less_than_two_and_a_half_megabytes()
    {
        output.WriteLine($"Set-up {charts.Plotly.Length:N0} characters; charts {string.Join(", ", charts.Charts.Select(chart => chart.Length.ToString("N0", CultureInfo.InvariantCulture)))}.");

        Assert.InRange(charts.Plotly.Length, 1_000_000, 1_500_000);
        Assert.InRange(charts.Plotly.Length + charts.Charts.Sum(chart => chart.Length), 0, 2_500_000);
    }

    [Fact]
    public async Task The_form_for_small_files_asks_for_plotly_from_the_network()
    {
        Assert.InRange(charts.FromNetwork.Length, 0, 500_000);
        Assert.Contains("https://cdn.plot.ly/plotly-2.28.0.min", charts.FromNetwork);
        var page = await chromium.OpenAsync(charts.Write("<p>nothing else</p>"));
        Assert.Equal(0, await page.Locator(".js-plotly-plot").CountAsync());
    }

    [Theory]
    [InlineData(0, "document.querySelector('.scatterlayer .point').getAttribute('transform')")]
    [InlineData(1, "document.querySelector('.js-plotly-plot').data[4].z.bdata")]
    public async Task A_film_plays_from_its_first_moment_to_its_last_and_follows_the_slider(int film, string picture)
    {
        var page = await Drawn(charts.Write(charts.Plotly, charts.Films[film]), 1);
        var slider = page.GetByRole(AriaRole.Slider, new() { Name = "moment of the training" });
        await Assertions.Expect(slider).ToHaveAttributeAsync("aria-valuetext", "50");
        var last = await page.EvaluateAsync<string>(picture);

        // Three moments are over in a second: the page itself takes notes.
        await page.EvaluateAsync($$"""
            () => {
              window.seen = [];
              new MutationObserver(() => seen.push([document.querySelector('[role=slider]').getAttribute('aria-valuetext'), {{picture}}]))
                .observe(document.querySelector('.js-plotly-plot'), { subtree: true, attributes: true });
            }
            """);
        await page.GetByText("Play").ClickAsync();
        await Chromium.WaitAsync(page, "seen.some(([moment]) => moment === '0') && seen.at(-1)[0] === '50'");
        Assert.True(await page.EvaluateAsync<bool>("last => seen.some(([moment, picture]) => moment !== '50' && picture !== last)", last));
        await Assertions.Expect(slider).ToHaveAttributeAsync("aria-valuetext", "50");
        await Chromium.WaitAsync(page, $"{picture} === '{last}'");

        await slider.PressAsync("ArrowLeft");
        await Assertions.Expect(slider).ToHaveAttributeAsync("aria-valuetext", "5");
        await Assertions.Expect(page.GetByText("epochs trained: 5", new() { Exact = true })).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(1440, false)]
    [InlineData(390, true)]
    public async Task Films_and_trajectories_fit_their_page_and_can_be_read(int width, bool dark)
    {
        var page = await Drawn(charts.Write([charts.Plotly, .. charts.Films, charts.Trajectories]), 3, width, dark);

        Assert.InRange(await LowestContrastAsync(page), 4.5, 21);
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    private async Task<IPage> Drawn(string file, int count, int width = 1000, bool dark = false)
    {
        var page = await chromium.OpenAsync(file, width, dark: dark);
        await Assertions.Expect(page.Locator(".js-plotly-plot .gtitle")).ToHaveCountAsync(count, new() { Timeout = 20_000 });
        return page;
    }

    // As a front end adds an output to its page: scripts in it run.
    private static Task Append(IPage page, string html) =>
        page.EvaluateAsync("html => { document.body.append(document.createRange().createContextualFragment(html)); }", html);

    /// <summary>The lowest contrast of a text of the charts with what is behind it, as the browser has computed both.</summary>
    private static Task<double> LowestContrastAsync(IPage page) => page.EvaluateAsync<double>("""
        () => {
          const parse = color => color.match(/[\d.]+/g).map(Number);
          const over = (top, alpha, bottom) => top.slice(0, 3).map((c, i) => c * alpha + bottom[i] * (1 - alpha));
          const luminance = color => color.slice(0, 3)
            .map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
            .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
          const page = parse(getComputedStyle(document.body).backgroundColor);
          const contrasts = [...document.querySelectorAll('.js-plotly-plot svg.main-svg text')].map(text => {
            const style = getComputedStyle(text);
            const button = text.closest('.updatemenu-button')?.querySelector('rect');
            const fill = button && getComputedStyle(button);
            const behind = fill ? over(parse(fill.fill), Number(fill.fillOpacity), page) : page;
            const front = over(parse(style.fill), Number(style.fillOpacity) * Number(style.opacity), behind);
            const [light, low] = [luminance(front), luminance(behind)].sort((a, b) => b - a);
            return (light + 0.05) / (low + 0.05);
          });
          return Math.min(...contrasts);
        }
        """);
}
