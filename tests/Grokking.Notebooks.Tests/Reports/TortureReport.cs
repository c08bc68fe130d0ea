namespace Grokking.Notebooks.Tests.Reports;

/// <summary>The page of <c>torture.ipynb</c>, made once for all tests that look at it.</summary>
public sealed class TortureReport : IDisposable
{
    private readonly ReportProcess _report = new();

    private readonly Lazy<ReportProcess> _run;

    public TortureReport() => _run = new(() => _report.Run("report", ReportProcess.Notebook("torture.ipynb"), "--parameter", "count=4"));

    /// <summary>The page's full path.</summary>
    public string Page => _run.Value.File("reports/torture.html");

    public void Dispose() => _report.Dispose();
}
