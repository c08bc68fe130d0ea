using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Grokking.Notebooks.Tests.Reports;

/// <summary><c>export</c> of notebooks that others have saved.</summary>
public sealed class ExportTests(Chromium chromium) : IDisposable
{
    private readonly ReportProcess _report = new();

    public void Dispose() => _report.Dispose();

    [Fact]
    public async Task No_output_opens_a_connection_or_leads_to_another_page()
    {
        using var tcp = new TcpListener(IPAddress.Loopback, 0);
        tcp.Start();
        using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var address = $"http://{tcp.LocalEndpoint}";
        var stun = $"{{ iceServers: [{{ urls: 'stun:{udp.Client.LocalEndPoint}' }}] }}";
        var call = "link.createDataChannel('x'); link.createOffer().then(offer => link.setLocalDescription(offer));";
        string[] outputs =
        [
            $"<script>self.location = '{address}'</script>",
            $"<img src='data:,' onerror=\"document.location.assign('{address}')\">",
            $"<script>const link = document.createElement('a'); link.href = '{address}'; link.click()</script>",
            $"<a id='there' href='{address}'><b id='within'>x</b></a><script>document.getElementById('within').dispatchEvent(new MouseEvent('click', {{ bubbles: true, cancelable: true }}))</script>",
            $"<script>open('{address}', '_self')</script>",
            $"<script>const meta = document.createElement('meta'); meta.httpEquiv = 'refresh'; meta.content = '0;url={address}'; document.head.append(meta)</script>",
            $"<script>const meta = document.querySelector('meta')?.cloneNode(); if (meta) {{ meta.httpEquiv = 'refresh'; meta.content = '0;url={address}'; document.head.append(meta) }}</script>",
            $"<script>document.write('<meta http-equiv=refresh content=\"0;url={address}\">')</script>",
            $"<script>setTimeout(() => {{ document.open(); document.write('<meta http-equiv=refresh content=\"0;url={address}\">'); document.close() }}, 50)</script>",
            $"<script>document.documentElement.insertAdjacentHTML('beforeend', '<link rel=preconnect href={address}><iframe src={address}>')</script>",
            $"<template id='t'><link rel='preconnect' href='{address}'></template><script>document.body.append(document.getElementById('t').content.cloneNode(true))</script>",
            $"<script>const frame = document.createElement('iframe'); document.body.append(frame); if (frame.contentWindow?.RTCPeerConnection) {{ const link = new frame.contentWindow.RTCPeerConnection({stun}); {call} }}</script>",
            $"<script>if (self.RTCPeerConnection) {{ const link = new RTCPeerConnection({stun}); {call} }}</script>",
            $"<object data='{address}'></object><meta http-equiv='refresh' content='0;url={address}'><p style='background: url({address})'>x</p>",
        ];
        Save("hostile.ipynb", outputs);
        _report.Run("export", "hostile.ipynb");
        Assert.Equal("", _report.Error);

        var page = await chromium.OpenAsync(_report.File("reports/hostile.html"), online: true);
        var navigations = new List<string>();
        page.FrameNavigated += (_, frame) => navigations.Add(frame.Url);
        await Task.Delay(2000, TestContext.Current.CancellationToken);

        Assert.False(tcp.Pending(), "A connection reached the server.");
        Assert.Equal(0, udp.Available);
        Assert.DoesNotContain(navigations, url => !url.StartsWith("about:", StringComparison.Ordinal));
        Assert.Equal(outputs.Length, await page.Locator("main > section.cell > details.code").CountAsync());
        // Those that name their location wait for their reader.
        await Assertions.Expect(page.Locator(".framed > .waiting button")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task A_script_that_names_its_location_runs_when_its_reader_asks()
    {
        Save("waits.ipynb", "<p id='said'>no</p><script>document.getElementById('said').textContent = 'at ' + location.protocol</script>");
        _report.Run("export", "waits.ipynb");

        var page = await chromium.OpenAsync(_report.File("reports/waits.html"));
        await Assertions.Expect(page.Locator("iframe")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Run it" }).ClickAsync();
        await Assertions.Expect(page.FrameLocator("iframe").Locator("#said")).ToHaveTextAsync("at about:");
    }

    [Theory]
    [InlineData("position: fixed; top: 0; left: 0; width: 100vw; height: 100vh; z-index: 9; background: red")]
    [InlineData("margin-bottom: -3000px; height: 3000px; background: red")]
    [InlineData("margin-top: calc(0px - 3000px); height: 3000px; background: red")]
    public async Task No_text_lies_over_another_cell(string style)
    {
        SaveCells("covers.ipynb", Code("\"before\"", "<i>first</i>"), Text($"<div style=\"{style}\">big</div>"), Code("\"after\"", "<i>last</i>"));
        _report.Run("export", "covers.ipynb");

        var page = await chromium.OpenAsync(_report.File("reports/covers.html"), stillness: true);
        foreach (var text in new[] { "first", "last" })
        {
            var place = page.GetByText(text, new() { Exact = true });
            await place.ScrollIntoViewIfNeededAsync();
            Assert.True(await place.EvaluateAsync<bool>("place => { const box = place.getBoundingClientRect(); return document.elementFromPoint(box.x + 2, box.y + box.height / 2) === place; }"), $"\"{text}\" is covered.");
        }
    }

    [Fact]
    public async Task Every_figure_of_an_output_is_drawn_whoever_made_it()
    {
        Save(
            "charts.ipynb",
            PlotlyNet("one") + PlotlyNet("two"),
            """<div id="py"></div><script>require(["plotly"], function (Plotly) { Plotly.newPlot( "py", [{"y":[1,2],"name":"a);b"}], {"title":{"text":"py"}}, {"responsive": true} ).then(function () {}) });</script>""",
            string.Concat(Enumerable.Repeat("""<div class="grokking-chart"><script type="application/json">{"data":[{"y":[1]}]}</script></div>""", 2)));
        _report.Run("export", "charts.ipynb");

        var page = await chromium.OpenAsync(_report.File("reports/charts.html"));
        await Assertions.Expect(page.Locator(".grokking-chart .main-svg .scatterlayer .trace")).ToHaveCountAsync(5);
    }

    [Fact]
    public async Task Words_around_a_figure_stay_around_it()
    {
        const string Ours = """<div class="grokking-chart" id="a" style="min-height: 400px"><script type="application/json">{"data":[{"y":[1]}],"layout":{"title":{"text":"one"}}}</script></div><noscript><p>no script</p></noscript><script>let x;</script>""";
        Save("words.ipynb", $"<h4>Run <i>A</i></h4>{Ours}<p>in between</p>{Ours}", $"<html><head><title>Not shown</title></head><body>{PlotlyNet("two")}<ul><li>last</li></ul></body></html>");
        _report.Run("export", "words.ipynb");

        var page = await chromium.OpenAsync(_report.File("reports/words.html"));
        await Assertions.Expect(page.Locator(".grokking-chart .main-svg .scatterlayer .trace")).ToHaveCountAsync(3);
        var words = await page.Locator("h4:has-text('Run A'), .figure, p:text-is('in between'), li:text-is('last')").EvaluateAllAsync<string[]>("all => all.map(one => one.matches('.figure') ? 'figure' : one.textContent)");
        Assert.Equal(["Run A", "figure", "in between", "figure", "figure", "last"], words);
        Assert.Equal(0, await page.GetByText("Not shown").CountAsync());
    }

    [Fact]
    public async Task Of_a_figures_key_that_comes_twice_the_last_counts()
    {
        Save("twice.ipynb", """<div class="grokking-chart"><script type="application/json">{"data":[],"data":[{"y":[1],"y":[1,2]}]}</script></div>""");
        _report.Run("export", "twice.ipynb");

        var page = await chromium.OpenAsync(_report.File("reports/twice.html"));
        await Assertions.Expect(page.Locator(".grokking-chart .main-svg .scatterlayer .trace .point")).ToHaveCountAsync(2);
    }

    [Fact]
    public void What_another_kernel_has_shown_is_shown()
    {
        File.WriteAllText(_report.File("other.ipynb"), """
            {"cells":[{"cell_type":"code","execution_count":1,"metadata":{},"outputs":[{"output_type":"stream","name":"stdout","text":"from another kernel"}],"source":"print()"}],
            "metadata":{"language_info":{"name":"python"}},"nbformat":4,"nbformat_minor":2}
            """);
        _report.Run("export", "other.ipynb");

        var page = File.ReadAllText(_report.File("reports/other.html"));
        Assert.Contains("from another kernel", page);
        Assert.DoesNotContain("does not run", page);
    }

    [Theory]
    [InlineData("""{"cells":[],"nbformat":4,"metadata":{"b":1,"b":2}}""", "the key \"b\" comes a second time", "line 1, column 44")]
    [InlineData("{\"cells\":[],\n \"cells\":[]}", "the key \"cells\" comes a second time", "line 2, column 2")]
    public void A_key_that_comes_twice_is_named_with_its_place(string content, params string[] words)
    {
        File.WriteAllText(_report.File("twice.ipynb"), content);
        _report.Run("export", "twice.ipynb");

        Assert.Equal(2, _report.ExitCode);
        Assert.All(words, word => Assert.Contains(word, _report.Error));
    }

    [Theory]
    [InlineData("""{"output_type":"stream","text":"half \ud83d of \ud83d\ude00"}""", "half \ufffd of \ud83d\ude00")]
    [InlineData("""{"output_type":5},7,[],{"output_type":"stream","name":1,"text":"fine"}""", "fine")]
    public void Outputs_that_are_not_as_they_should_be_leave_the_others(string outputs, string shown)
    {
        File.WriteAllText(_report.File("odd.ipynb"), $$"""
            {"cells":[{"cell_type":"raw","metadata":{"format":1},"source":"x"},{"cell_type":"code","metadata":{},"outputs":[{{outputs}}],"source":"1"}],"metadata":{},"nbformat":4.0,"nbformat_minor":2}
            """);
        _report.Run("export", "odd.ipynb");

        Assert.Equal((0, ""), (_report.ExitCode, _report.Error));
        Assert.Contains(shown, WebUtility.HtmlDecode(File.ReadAllText(_report.File("reports/odd.html"))));
    }

    [Fact]
    public void What_can_not_be_set_or_coloured_stays_as_text_and_costs_no_other_cell()
    {
        var (stars, brackets) = (new string('*', 300), new string('(', 5000));
        SaveCells("deep.ipynb", Text($"{stars}S{stars}"), Text(string.Concat(Enumerable.Repeat("![a ", 200))), Code(brackets, "<i>first</i>"), Code("/// <see cref=\"int\"/>\nint F() => 1;", "<i>cref</i>"), Code(string.Concat(Enumerable.Repeat("$\"{", 2000)), "<i>last</i>"));
        _report.Run("export", "deep.ipynb");

        Assert.Equal((0, ""), (_report.ExitCode, _report.Error));
        var page = File.ReadAllText(_report.File("reports/deep.html"));
        Assert.All([$"{stars}S", brackets, "<i>first</i>", "<i>cref</i>", "<i>last</i>"], words => Assert.Contains(words, page));
    }

    [Fact]
    public void The_form_that_shows_something_is_shown()
    {
        string[] forms =
        [
            """{"application/json":{"answer":42},"text/plain":"<IPython.core.display.JSON object>"}""",
            """{"text/html":null,"text/plain":"first words"}""",
            """{"image/png":{"a":1},"text/plain":"last words"}""",
        ];
        File.WriteAllText(_report.File("forms.ipynb"), $$"""
            {"cells":[{"cell_type":"code","metadata":{},"outputs":[{{string.Join(',', forms.Select(data => $$"""{"output_type":"display_data","metadata":{},"data":{{data}}}"""))}}],"source":"1"}],"metadata":{},"nbformat":4,"nbformat_minor":2}
            """);
        _report.Run("export", "forms.ipynb");

        var page = WebUtility.HtmlDecode(File.ReadAllText(_report.File("reports/forms.html")));
        Assert.All(["{\"answer\":42}", "first words", "last words"], shown => Assert.Contains(shown, page));
    }

    [Fact]
    public void A_link_to_a_heading_with_the_pages_own_name_leads_to_the_heading()
    {
        SaveCells("names.ipynb", Text("[to it](#report)\n\n## Report"));
        _report.Run("export", "names.ipynb");

        Assert.Contains("<a href=\"#report-2\">to it</a>", File.ReadAllText(_report.File("reports/names.html")));
    }

    [Fact]
    public void A_pipe_is_no_notebook_and_no_picture()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such pipes.");
        foreach (var pipe in new[] { "pipe.ipynb", "pipe.png" })
        {
            using var made = System.Diagnostics.Process.Start("mkfifo", _report.File(pipe));
            made.WaitForExit();
        }

        SaveCells("picture.ipynb", Text("![p](pipe.png)"));
        _report.Run("export", "picture.ipynb");
        Assert.Contains("not found beside the notebook", File.ReadAllText(_report.File("reports/picture.html")));

        _report.Run("export", "pipe.ipynb");
        Assert.Equal((2, "pipe.ipynb is no notebook: it is empty, or a pipe or a device.\n"), (_report.ExitCode, _report.Error));
    }

    [Fact]
    public void A_dib_file_whose_meta_is_no_JSON_is_refused_with_the_place()
    {
        File.WriteAllText(_report.File("broken.dib"), "#!meta\n\n{\"kernelInfo\": oops}\n\n#!csharp\n1\n");
        _report.Run("export", "broken.dib");

        Assert.Equal((2, "The #!meta of broken.dib is no JSON, so no notebook: see line 3, column 16."), (_report.ExitCode, _report.Error.Trim()));
        Assert.Equal(["broken.dib"], _report.Files());
    }

    [Fact]
    public void The_other_names_of_a_language_begin_a_cell_of_a_dib_file()
    {
        File.WriteAllText(_report.File("names.DIB"), "#!C#\n1\n#!f#\nlet x = 1\n#!powershell\nGet-Date\n#!md\n## Words\n", Encoding.UTF8);
        _report.Run("export", "names.DIB");

        var page = File.ReadAllText(_report.File("reports/names.html"));
        Assert.Equal(4, page.Split("class=\"cell ").Length - 1);
        Assert.Contains("<h2 id=\"words\">Words</h2>", page);
    }

    private static string PlotlyNet(string title) => $$$"""
        <div id="{{{title}}}"></div><script>var draw = function () { requirejs(['plotly'], function (Plotly) {
        var data = [{"y":[1,2]}];
        var layout = {"title":{"text":"{{{title}}}"}};
        var config = {"responsive":true};
        Plotly.newPlot('{{{title}}}', data, layout, config); }); }; draw();</script>
        """;

    private void Save(string name, params string[] outputs) => SaveCells(name, [.. outputs.Select(output => Code("1", output))]);

    private void SaveCells(string name, params JsonObject[] cells) => File.WriteAllText(
        _report.File(name),
        new JsonObject { ["cells"] = new JsonArray([.. cells]), ["metadata"] = new JsonObject(), ["nbformat"] = 4, ["nbformat_minor"] = 4 }.ToJsonString());

    private static JsonObject Code(string source, string html) => new()
    {
        ["cell_type"] = "code",
        ["execution_count"] = null,
        ["metadata"] = new JsonObject(),
        ["outputs"] = new JsonArray(new JsonObject { ["output_type"] = "display_data", ["data"] = new JsonObject { ["text/html"] = html }, ["metadata"] = new JsonObject() }),
        ["source"] = source,
    };

    private static JsonObject Text(string source) => new() { ["cell_type"] = "markdown", ["metadata"] = new JsonObject(), ["source"] = source };
}
