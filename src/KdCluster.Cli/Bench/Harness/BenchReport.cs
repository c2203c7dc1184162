using System.Text.Json;
using KdCluster.Cli.Output;

namespace KdCluster.Cli.Bench;

/// <summary>What came out, as a table for people and as JSON.</summary>
/// <param name="machine">One line: cores, libtorch, packages.</param>
internal sealed class BenchReport(string machine)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private readonly List<(string Bench, BenchRow Row)> _rows = [];

    /// <summary>Whether a number to hold is missed by a whole interval.</summary>
    public bool AnyMiss => _rows.Any(r => r.Row is { Value: { } value, Hold: { } hold } && hold.IsClearlyMissedBy(value));

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
        return [.. table.Lines(), "", .. notes, "", machine, "Median of pairs; ~ the number to hold lies inside the interval, so that another run may say otherwise."];
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
