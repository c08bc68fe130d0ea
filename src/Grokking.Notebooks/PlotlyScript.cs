using System.IO.Compression;
using Plotly.NET;

namespace Grokking.Notebooks;

/// <summary>plotly.js, out of Plotly.NET's own assembly, as an output that puts it into the page it is shown in.</summary>
internal static class PlotlyScript
{
    private const string Resource = "Plotly.NET.plotly-2.28.0.min.js";

    /// <summary>How charts look in whatever page they are in.</summary>
    public static string Style => Text("figure.css");

    /// <summary>
    /// plotly.js compressed (1.4 instead of 3.6 MB), which the browser inflates: the front end takes seconds over what
    /// the first cell sends.
    /// </summary>
    public static DisplayedOutput Output() => new(
        "Ready. plotly.js is in this notebook: charts need no network.",
        $$"""
        <p>Ready. <span class="grokking-plotly">plotly.js is in this notebook: charts need no network.</span></p>
        <style>{{Style}}</style>
        <script>
        {{Text("figure.js")}}
        grokkingFigures.start("{{Compressed()}}", error => document.querySelectorAll(".grokking-plotly").forEach(place => place.textContent =
          "plotly.js could not be started in this browser, so there will be no charts: " + error));
        </script>
        """);

    private static string Text(string resource)
    {
        using var reader = new StreamReader(typeof(PlotlyScript).Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

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
