using Microsoft.Playwright;

namespace Grokking.Notebooks.Tests.Reports;

/// <summary>The page of a notebook that is hard to show, in a real browser without a network.</summary>
public sealed class ReportPageTests(Chromium chromium, TortureReport torture)
{
    [Fact]
    public async Task Output_that_looks_like_html_is_text()
    {
        var page = await chromium.OpenAsync(torture.Page);

        Assert.Equal("A notebook that is hard to show", await page.TitleAsync());
        await Assertions.Expect(page.GetByText("<script>document.title = 'broken'</script><b>not bold</b> & \"quoted\"").First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync(["A notebook that is hard to show"]);
    }

    [Fact]
    public async Task The_head_says_what_was_run_with_what_when_on_what_and_how_long()
    {
        var page = await chromium.OpenAsync(torture.Page);
        var run = await page.Locator(".run").InnerTextAsync();

        Assert.Matches(@"^Ran torture\.ipynb with count = 4 on \d+ \w+ \d{4}, \d\d:\d\d UTC in \d+\.\d s\.", run);
        Assert.Matches(@"\.NET 10\.\d+\.\d+ · .+ · \.NET Interactive 1\.0\.0-beta", run);
    }

    [Fact]
    public async Task A_failure_is_said_at_the_top_with_a_link_to_its_cell()
    {
        var page = await chromium.OpenAsync(torture.Page);
        await page.Locator(".verdict a").ClickAsync();

        var failed = page.Locator(".cell.failed");
        await Assertions.Expect(failed).ToBeInViewportAsync();
        await Assertions.Expect(failed.Locator(".error > pre")).ToHaveTextAsync("DivideByZeroException: Attempted to divide by zero.");
        await Assertions.Expect(failed.Locator(".error details pre")).ToBeHiddenAsync();
        await failed.Locator(".error summary").ClickAsync();
        await Assertions.Expect(failed.Locator(".error details pre")).ToContainTextAsync("Divide(Int32 a, Int32 b)");
        await Assertions.Expect(failed.Locator(".error details pre")).Not.ToContainTextAsync("Microsoft.CodeAnalysis");
        await Assertions.Expect(page.Locator(".cell.notrun .time")).ToHaveTextAsync(["not run"]);
    }

    [Fact]
    public async Task Headings_never_skip_a_level()
    {
        var page = await chromium.OpenAsync(torture.Page);
        var levels = await page.EvaluateAsync<int[]>("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])");

        Assert.Equal(1, levels[0]);
        Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.InRange(pair.Second, 2, pair.First + 1));
    }

    [Fact]
    public async Task The_contents_list_every_heading_and_follow_the_reader()
    {
        var page = await chromium.OpenAsync(torture.Page, stillness: true);
        var links = page.Locator("nav a");
        await Assertions.Expect(links).ToHaveTextAsync(["Text", "A heading that skips a level", "Things to look at", "Failure"]);

        await page.Locator("#things-to-look-at").EvaluateAsync("heading => heading.scrollIntoView()");
        await Assertions.Expect(page.Locator("nav a[aria-current]")).ToHaveTextAsync(["Things to look at"]);
        await page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight)");
        await Assertions.Expect(page.Locator("nav a[aria-current]")).ToHaveTextAsync(["Failure"]);
        await page.EvaluateAsync("scrollTo(0, 0)");
        await Assertions.Expect(page.Locator("nav a[aria-current]")).ToHaveCountAsync(0);

        await links.Nth(1).ClickAsync();
        await Assertions.Expect(page.Locator("nav a[aria-current]")).ToHaveTextAsync(["A heading that skips a level"]);
    }

    [Fact]
    public async Task On_a_narrow_screen_the_contents_are_folded_in_a_bar_that_stays()
    {
        var page = await chromium.OpenAsync(torture.Page, width: 390, stillness: true);
        var link = page.Locator("nav a").Filter(new() { HasText = "Failure" });
        await Assertions.Expect(link).ToBeHiddenAsync();
        await page.EvaluateAsync("scrollTo(0, 2000)");
        await page.Locator("nav summary").ClickAsync();
        await link.ClickAsync();

        await Assertions.Expect(link).ToBeHiddenAsync();
        var heading = (await page.Locator("#failure").BoundingBoxAsync())!;
        var bar = (await page.Locator("aside").BoundingBoxAsync())!;
        Assert.Equal(0, bar.Y, 1.0);
        Assert.True(heading.Y >= bar.Height, "The bar covers the heading.");

        await page.SetViewportSizeAsync(1440, 900);
        await Assertions.Expect(link).ToBeVisibleAsync();
    }

    [Fact]
    public async Task One_button_hides_all_code_and_shows_it_again()
    {
        var page = await chromium.OpenAsync(torture.Page);
        var button = page.GetByRole(AriaRole.Button, new() { Name = "Hide code" });
        var first = page.Locator(".code pre").First;
        await Assertions.Expect(first).ToBeVisibleAsync();

        await button.ClickAsync();
        await Assertions.Expect(page.Locator(".code[open]")).ToHaveCountAsync(0);
        await Assertions.Expect(first).ToBeHiddenAsync();
        await Assertions.Expect(page.Locator(".code .first").First).ToHaveTextAsync("// The defaults.");
        await Assertions.Expect(page.Locator("pre.output").First).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Show code" }).ClickAsync();
        await Assertions.Expect(first).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#code-toggle")).ToHaveTextAsync("Hide code");
    }

    [Fact]
    public async Task The_keyboard_folds_one_cell_and_leaves_the_others()
    {
        var page = await chromium.OpenAsync(torture.Page);
        var summaries = page.Locator(".code > summary");
        await summaries.Nth(1).FocusAsync();
        await page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(page.Locator(".code pre").Nth(1)).ToBeHiddenAsync();
        await Assertions.Expect(page.Locator(".code pre").Nth(0)).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".code pre").Nth(2)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_first_tab_stop_skips_to_the_report_and_shows_where_the_focus_is()
    {
        var page = await chromium.OpenAsync(torture.Page);
        await page.Keyboard.PressAsync("Tab");
        var skip = page.Locator(".skip");

        await Assertions.Expect(skip).ToBeFocusedAsync();
        await Assertions.Expect(skip).ToBeInViewportAsync();
        Assert.True(await skip.EvaluateAsync<bool>("link => parseFloat(getComputedStyle(link).outlineWidth) >= 2"));
        await page.Keyboard.PressAsync("Enter");
        Assert.EndsWith("#report", page.Url);
    }

    [Fact]
    public async Task Every_cell_has_a_link_to_itself()
    {
        var page = await chromium.OpenAsync(torture.Page, stillness: true);
        var cells = await page.Locator(".cell").AllAsync();
        Assert.Equal(17, cells.Count);
        foreach (var cell in cells)
        {
            await cell.Locator("> .permalink").ClickAsync();
            Assert.EndsWith("#" + await cell.GetAttributeAsync("id"), page.Url);
            await Assertions.Expect(cell).ToBeInViewportAsync();
        }
    }

    [Theory]
    [InlineData(390)]
    [InlineData(800)]
    [InlineData(1440)]
    public async Task A_wide_table_scrolls_inside_itself(int width)
    {
        var page = await chromium.OpenAsync(torture.Page, width);
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "The page itself scrolls sideways.");

        var table = page.Locator(".output.html").Filter(new() { Has = page.GetByText("column 40") });
        await Assertions.Expect(table).ToHaveAttributeAsync("tabindex", "0");
        await Assertions.Expect(table).ToHaveRoleAsync(AriaRole.Group);
        await table.FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Chromium.WaitAsync(page, "document.activeElement.scrollLeft > 0");
    }

    [Fact]
    public async Task Ten_thousand_lines_scroll_in_a_box()
    {
        var page = await chromium.OpenAsync(torture.Page);
        var box = page.Locator("pre.long");
        var size = await box.BoundingBoxAsync();

        Assert.InRange(size!.Height, 100, 600);
        Assert.Equal(10_000, (await box.TextContentAsync())!.Split('\n').Length);
        await box.EvaluateAsync("box => box.scrollTo(0, box.scrollHeight)");
        Assert.True(await box.EvaluateAsync<bool>("box => box.scrollTop > 10000"));
    }

    [Fact]
    public async Task Terminal_colours_become_colours_and_nothing_is_left_of_their_codes()
    {
        var page = await chromium.OpenAsync(torture.Page);
        var colours = page.Locator("pre.stdout").Filter(new() { HasText = "bold green" });

        await Assertions.Expect(colours).ToHaveTextAsync("red bold green on blue orange true yellow italic underlined\n100%");
        var plain = await colours.EvaluateAsync<string>("pre => getComputedStyle(pre).color");
        var red = await colours.GetByText("red", new() { Exact = true }).EvaluateAsync<string>("span => getComputedStyle(span).color");
        Assert.NotEqual(plain, red);
        Assert.Equal("700", await colours.GetByText("bold green").EvaluateAsync<string>("span => getComputedStyle(span).fontWeight"));
    }

    [Fact]
    public async Task A_line_from_right_to_left_begins_at_the_right()
    {
        var page = await chromium.OpenAsync(torture.Page);
        var lines = await page.Locator("pre.stdout").Filter(new() { HasText = "epoch 12" }).EvaluateAsync<double[]>("""
            pre => {
              const text = pre.firstChild;
              const end = text.data.indexOf('\n');
              const range = document.createRange();
              range.setStart(text, 0);
              range.setEnd(text, end);
              const hebrew = range.getBoundingClientRect();
              range.setStart(text, text.data.indexOf('模'));
              range.setEnd(text, text.length);
              const box = pre.getBoundingClientRect();
              return [box.right - hebrew.right, range.getBoundingClientRect().left - box.left];
            }
            """);

        Assert.All(lines, distance => Assert.InRange(distance, 0, 20));
    }

    [Fact]
    public async Task An_image_is_drawn_and_named()
    {
        var page = await chromium.OpenAsync(torture.Page);
        var image = page.GetByAltText("Image shown by cell");

        Assert.Equal(10, await image.EvaluateAsync<int>("image => image.naturalWidth"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Keywords_types_methods_strings_numbers_and_comments_have_colours_of_their_own(bool dark)
    {
        var page = await chromium.OpenAsync(torture.Page, dark: dark);
        var code = page.Locator(".code pre").Filter(new() { HasText = "record struct Point" });
        await Assertions.Expect(code.Locator(".k").First).ToHaveTextAsync("public");
        await Assertions.Expect(code.Locator(".t").GetByText("Enumerable")).ToBeVisibleAsync();
        await Assertions.Expect(code.Locator(".m").GetByText("Sqrt")).ToBeVisibleAsync();
        await Assertions.Expect(code.Locator(".c").GetByText("// a comment")).ToBeVisibleAsync();

        var colours = await page.EvaluateAsync<string[]>("""
            ['.k', '.t', '.m', '.n', '.s', '.c', ''].map(kind => getComputedStyle(document.querySelector('.code pre ' + (kind || 'code'))).color)
            """);
        Assert.Equal(colours.Length, colours.Distinct().Count());
    }

    [Fact]
    public async Task With_scripts_off_everything_is_there_to_read()
    {
        var page = await chromium.OpenAsync(torture.Page, scripts: false);

        await Assertions.Expect(page.Locator("nav a").First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".code pre").First).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("column 1", new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("count = 4, name = plain")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#code-toggle")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Nothing_moves_for_a_reader_who_asked_for_stillness()
    {
        const string Scrolling = "getComputedStyle(document.documentElement).scrollBehavior";
        Assert.Equal("smooth", await (await chromium.OpenAsync(torture.Page)).EvaluateAsync<string>(Scrolling));
        Assert.Equal("auto", await (await chromium.OpenAsync(torture.Page, stillness: true)).EvaluateAsync<string>(Scrolling));
    }

    [Fact]
    public async Task On_paper_nothing_is_cut_at_the_side()
    {
        var page = await chromium.OpenAsync(torture.Page, width: 680);
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await page.EvaluateAsync("dispatchEvent(new Event('beforeprint'))");

        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        await Assertions.Expect(page.Locator("nav")).ToBeHiddenAsync();
    }
}
