using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace KdCluster.Tests.Telemetry;

/// <summary>Reads OpenMetrics 1.0 text strictly: what the specification forbids fails here.</summary>
internal sealed partial class OpenMetricsText
{
    private static readonly Dictionary<string, string[]> Suffixes = new()
    {
        ["counter"] = ["_total", "_created"],
        ["gauge"] = [""],
        ["histogram"] = ["_bucket", "_count", "_sum", "_created"],
    };

    private readonly Dictionary<string, Family> _families = [];

    private OpenMetricsText()
    {
    }

    public IReadOnlyDictionary<string, Family> Families => _families;

    /// <summary>Asks for a page as Prometheus does.</summary>
    public static async Task<OpenMetricsText> ScrapeAsync(HttpClient http, string url)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, url);
        request.Headers.Accept.ParseAdd("application/openmetrics-text;version=1.0.0, text/plain;version=0.0.4;q=0.5");
        using HttpResponseMessage response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        Assert.StartsWith("application/openmetrics-text; version=1.0.0", $"{response.Content.Headers.ContentType}", StringComparison.Ordinal);
        return Parse(await response.Content.ReadAsStringAsync());
    }

    public static OpenMetricsText Parse(string text)
    {
        Assert.EndsWith("# EOF\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
        OpenMetricsText read = new();
        Family? family = null;
        foreach (string line in text[..^"# EOF\n".Length].Split('\n')[..^1])
        {
            family = line.StartsWith("# ", StringComparison.Ordinal) ? read.Head(line, family) : Sample(line, family);
        }

        foreach (Family each in read._families.Values)
        {
            each.Check();
        }

        return read;
    }

    /// <summary>The value of the one sample of a family that has these labels.</summary>
    public double Value(string sample, params (string Key, string Value)[] labels) =>
        Assert.Single(_families.Values.SelectMany(f => f.Samples), s => s.Name == sample && labels.All(l => s.Labels.TryGetValue(l.Key, out string? value) && value == l.Value)).Value;

    private Family Head(string line, Family? current)
    {
        Match match = HeadLine().Match(line);
        Assert.True(match.Success, $"not a line of metadata: {line}");
        string name = match.Groups["name"].Value, word = match.Groups["word"].Value, rest = match.Groups["rest"].Value;
        if (current?.Name != name)
        {
            Assert.False(_families.ContainsKey(name), $"{name} is in two places");
            current = _families[name] = new Family(name);
        }

        Assert.Empty(current.Samples);
        Assert.True(current.Metadata.TryAdd(word, rest), $"{name} has two lines of {word}");
        return current;
    }

    private static Family Sample(string line, Family? family)
    {
        Match match = SampleLine().Match(line);
        Assert.True(match.Success, $"not a sample: {line}");
        Assert.NotNull(family);
        string name = match.Groups["name"].Value;
        Assert.Contains(Suffixes[family.Metadata["TYPE"]], s => name == family.Name + s);
        Dictionary<string, string> labels = [];
        string inside = match.Groups["labels"].Value;
        int end = 0;
        foreach (Match label in Label().Matches(inside))
        {
            Assert.Equal(end, label.Index);
            end = label.Index + label.Length;
            Assert.True(labels.TryAdd(label.Groups["key"].Value, Unescaped(label.Groups["value"].Value)), $"a label twice: {line}");
        }

        Assert.Equal(inside.Length, end);
        family.Samples.Add(new MetricSample(name, labels, Number(match.Groups["value"].Value)));
        return family;
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private static string Unescaped(string text)
    {
        StringBuilder plain = new();
        for (int i = 0; i < text.Length; i++)
        {
            plain.Append(text[i] != '\\' ? text[i] : text[++i] switch { 'n' => '\n', '"' => '"', '\\' => '\\', char c => throw new FormatException($"\\{c}") });
        }

        return plain.ToString();
    }

    [GeneratedRegex("^# (?<word>TYPE|UNIT|HELP) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<rest>.*)$")]
    private static partial Regex HeadLine();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>.*)\})? (?<value>[-+0-9.eEInfNa]+)$""")]
    private static partial Regex SampleLine();

    [GeneratedRegex("""(?<key>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>(?:[^"\\]|\\.)*)"(?:,|$)""")]
    private static partial Regex Label();

    internal sealed record MetricSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
    {
        /// <summary>What makes it a series, the bound of a bucket left out.</summary>
        public string Series => string.Join(',', Labels.Where(l => l.Key != "le").OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"));
    }

    internal sealed record Family(string Name)
    {
        public Dictionary<string, string> Metadata { get; } = [];

        public List<MetricSample> Samples { get; } = [];

        public string Type => Metadata["TYPE"];

        public void Check()
        {
            Assert.Contains(Type, Suffixes.Keys);
            if (Metadata.TryGetValue("UNIT", out string? unit))
            {
                Assert.EndsWith("_" + unit, Name, StringComparison.Ordinal);
            }

            Assert.Equal(Samples.Count, Samples.Select(s => (s.Name, s.Series, s.Labels.GetValueOrDefault("le"))).Distinct().Count());
            if (Type == "counter")
            {
                Assert.All(Samples, s => Assert.True(s.Value >= 0, $"{s.Name} is {s.Value}"));
            }

            if (Type == "histogram")
            {
                foreach (IGrouping<string, MetricSample> series in Samples.GroupBy(s => s.Series))
                {
                    CheckHistogram(series);
                }
            }
        }

        private void CheckHistogram(IEnumerable<MetricSample> series)
        {
            MetricSample[] buckets = [.. series.Where(s => s.Name.EndsWith("_bucket", StringComparison.Ordinal))];
            double[] bounds = [.. buckets.Select(b => Number(b.Labels["le"]))];
            Assert.Equal(bounds.Order(), bounds);
            Assert.Equal(double.PositiveInfinity, bounds[^1]);
            Assert.All(buckets[..^1], b => Assert.Contains(b.Labels["le"], c => c is '.' or 'E' or 'e'));
            Assert.Equal(buckets.Select(b => b.Value).Order(), buckets.Select(b => b.Value));
            Assert.Equal(buckets[^1].Value, Assert.Single(series, s => s.Name == Name + "_count").Value);
            Assert.Single(series, s => s.Name == Name + "_sum");
        }
    }
}
