using System.Text.Json;

namespace KdCluster.Learning.Training;

/// <summary>
/// <c>metrics.jsonl</c>: one JSON object per line, at fixed steps, without times, so that two trainings of one job write the same bytes. After a resume
/// it is cut back to where the checkpoint stood.
/// </summary>
internal sealed class MetricsLog : IDisposable
{
    private readonly FileStream _stream;

    public MetricsLog(string folder, long length)
    {
        Directory.CreateDirectory(folder);
        _stream = new FileStream(Path.Combine(folder, "metrics.jsonl"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        _stream.SetLength(Math.Min(length, _stream.Length));
        _stream.Seek(0, SeekOrigin.End);
    }

    public long Length => _stream.Position;

    /// <summary>Adds a line. Numbers that JSON cannot write are left out.</summary>
    public void Write(string type, IEnumerable<(string Name, double Value)> figures, IReadOnlyList<double>? weights = null)
    {
        using (var json = new Utf8JsonWriter(_stream))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            foreach (var (name, value) in figures)
                if (double.IsFinite(value))
                    json.WriteNumber(name, value);
            if (weights is { Count: > 0 })
            {
                json.WriteStartArray("weights");
                foreach (double weight in weights)
                    json.WriteNumberValue(weight);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        _stream.WriteByte((byte)'\n');
    }

    public void Flush() => _stream.Flush(flushToDisk: true);

    public void Dispose() => _stream.Dispose();
}
