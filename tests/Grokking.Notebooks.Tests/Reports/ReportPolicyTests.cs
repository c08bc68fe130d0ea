using System.Net;
using System.Net.Sockets;

namespace Grokking.Notebooks.Tests.Reports;

/// <summary>A page that tries to reach a server next door, and a server that counts who comes.</summary>
public sealed class ReportPolicyTests(Chromium chromium) : IDisposable
{
    private readonly ReportProcess _report = new();

    public void Dispose() => _report.Dispose();

    [Fact]
    public async Task No_request_leaves_the_page_even_when_a_cell_asks_for_one()
    {
        var address = $"http://127.0.0.1:{FreePort()}";
        using var server = new HttpListener { Prefixes = { $"{address}/" } };
        server.Start();
        var request = server.GetContextAsync();
        _report.Write(
            "curious.ipynb",
            $"# Curious\n\n![a picture]({address}/markdown.png)",
            $"""""
            HTML("""
              <link rel="stylesheet" href="{address}/style.css">
              <img alt="" src="{address}/picture.png">
              <script src="{address}/script.js"></script>
              <iframe title="frame" src="{address}/frame.html"></iframe>
              <script>
                window.refused = [];
                document.addEventListener("securitypolicyviolation", event => refused.push(event.effectiveDirective));
                new Image().src = "{address}/later.png";
                window.answer = fetch("{address}/data.json").then(() => "came through", () => "refused");
                navigator.sendBeacon("{address}/beacon");
              </script>
              """)
            """"");
        _report.Run("report", "curious.ipynb");
        Assert.Equal(0, _report.ExitCode);

        var page = await chromium.OpenAsync(_report.File("reports/curious.html"), online: true);
        // What brings a script stands in a frame of its own.
        await page.WaitForSelectorAsync("iframe");
        var frame = page.Frames.First(frame => frame != page.MainFrame);
        await frame.WaitForFunctionAsync("window.answer");
        Assert.Equal("refused", await frame.EvaluateAsync<string>("window.answer"));
        Assert.False(request.IsCompleted, "A request reached the server.");

        // The server was there all along.
        using var client = new HttpClient();
        var answer = client.GetAsync(new Uri(address), TestContext.Current.CancellationToken);
        (await request).Response.Close();
        Assert.True((await answer).IsSuccessStatusCode);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
