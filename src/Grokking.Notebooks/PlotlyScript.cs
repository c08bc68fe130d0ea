using System.IO.Compression;
using Plotly.NET;

namespace Grokking.Notebooks;

/// <summary>plotly.js, out of Plotly.NET's own assembly, as an output that puts it into the page it is shown in.</summary>
internal static class PlotlyScript
{
    private const string Resource = "Plotly.NET.plotly-2.28.0.min.js";

    /// <summary>The name of the event that tells waiting charts that plotly.js has come.</summary>
    public const string ReadyEvent = "grokking-plotly";

    /// <summary>
    /// plotly.js compressed (1.4 instead of 3.6 MB), which the browser inflates: the front end takes seconds over what
    /// the first cell sends.
    /// </summary>
    public static DisplayedOutput Output() => new(
        "Ready. plotly.js is in this notebook: charts need no network.",
        $$"""
        <p>Ready. <span class="grokking-plotly">plotly.js is in this notebook: charts need no network.</span></p>
        <script>
        (async () => {
          if (window.Plotly) return;
          try {
            const bytes = Uint8Array.from(atob("{{Compressed()}}"), character => character.charCodeAt(0));
            const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
            const script = document.createElement("script");
            // A page's own module loader (require.js, CommonJS) would keep plotly.js to itself.
            script.textContent = "(function (define, exports, module) {" + await new Response(inflated).text() + "\n}).call(window)";
            document.head.append(script);
            window.dispatchEvent(new Event("{{ReadyEvent}}"));
          } catch (error) {
            document.querySelectorAll(".grokking-plotly").forEach(place => place.textContent =
              "plotly.js could not be started in this browser, so there will be no charts: " + error);
          }
        })();
        </script>
        """);

    private static string Compressed()
    {
        using var resource = typeof(GenericChart).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"Plotly.NET has no resource '{Resource}'; its version has to be 6.0.0.");
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize))
        {
            resource.CopyTo(gzip);
        }

        return Convert.ToBase64String(compressed.ToArray());
    }
}
