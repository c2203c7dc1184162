using System.Text.Json;
using KdCluster.Cli.Output;

namespace KdCluster.Bench;

/// <summary>What came out, as a table for people and as JSON.</summary>
/// <param name="machine">One line: cores, libtorch, packages.</param>
internal sealed class BenchReport(string machine)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private readonly List<(string Bench, BenchRow Row)> _rows = [];

    /// <summary>Whether a number to hold is missed by a whole interval.</summary>
    public bool AnyMiss => _rows.Any(r => r.Row is { Value: { } value, Hold: { } hold } && hold.IsClearlyMissedBy(value));

    /// <summary>Whether a bench broke off.</summary>
    public bool AnyFailure { get; private set; }

    /// <summary>Runs a bench in a separate folder and adds its rows; of one that breaks off, a row that says why, so that the others are measured all the same.</summary>
    /// <returns>Why it broke off; null: it did not.</returns>
    public async Task<Exception?> AddAsync(IBench bench, Func<string, BenchContext> context, CancellationToken stop)
    {
        string folder = Directory.CreateTempSubdirectory("kd-bench-").FullName;
        try
        {
            Add(bench.Name, await bench.RunAsync(context(folder), stop).ConfigureAwait(false));
            return null;
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            AnyFailure = true;
            Add(bench.Name, [new BenchRow("broke off", "") { Failed = true, Note = e is KdException ? e.Message : $"unexpected {e.GetType().Name}: {e.Message}" }]);
            return e;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public void Add(string bench, IEnumerable<BenchRow> rows) => _rows.AddRange(rows.Select(r => (bench, r)));

    /// <summary>The table and what is to be said of its lines.</summary>
    public IReadOnlyList<string> Lines()
    {
        var table = new Table("BENCH", "WHAT", "AGAINST", ">VALUE", ">90 % INTERVAL", ">HOLD", "");
        foreach ((string bench, BenchRow row) in _rows)
        {
            (string value, string interval, string hold, string verdict) = row.Cells();
            table.Add(bench, row.What, row.Against, value, interval, hold, verdict);
        }

        IEnumerable<string> notes = _rows.Where(r => r.Row.Note.Length > 0).Select(r => $"{r.Bench}, {r.Row.What}: {r.Row.Note}");
        return [.. table.Lines(), "", .. notes, "", machine, "Median of pairs. ~ means that the bound lies inside the interval, so another run may give the opposite result."];
    }

    /// <summary>The same for programs.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            machine,
            rows = _rows.Select(r => new
            {
                bench = r.Bench,
                what = r.Row.What,
                against = r.Row.Against,
                value = r.Row.Value?.Median,
                low = r.Row.Value?.Low,
                high = r.Row.Value?.High,
                count = r.Row.Value?.Count,
                unit = r.Row.Unit,
                hold = r.Row.Hold?.ToString(),
                verdict = r.Row.Verdict,
                note = r.Row.Note,
            }),
        },
        Json);
}
