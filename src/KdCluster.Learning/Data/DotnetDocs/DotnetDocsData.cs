using System.IO.Compression;
using System.Text;
using System.Xml;
using KdCluster.Recipes;

namespace KdCluster.Learning.Data.DotnetDocs;

/// <summary>
/// The built-in data set: which part of .NET is a sentence of its reference documentation about? The sentences are the summaries that every
/// .NET SDK carries, the classes are groups of namespaces.
/// </summary>
/// <remarks>
/// Sentences that differ only in case, punctuation or white space are one; those that several classes have are dropped, as are those of fewer
/// than four words. Split 80/10/10 by hash of that normal form, so that no sentence is in two splits. The same SDK gives the same rows.
/// </remarks>
public static class DotnetDocsData
{
    /// <summary>What a recipe calls it.</summary>
    public const string Name = "dotnet-docs";

    private const int FewestWords = 4;
    private const int Rules = 1;

    /// <summary>Extracts the data set of the newest documentation here.</summary>
    /// <param name="cacheFolder">Keeps the extracted rows per version of the documentation; null extracts them each time.</param>
    /// <exception cref="KdException"><c>KD1107</c>: no documentation, or damaged.</exception>
    public static TextData Load(string? cacheFolder = null)
    {
        DocsPacks packs = DocsPacks.Find(DocsPacks.Roots());
        if (cacheFolder is null)
            return Split(Extract(packs.Files));
        string path = Path.Combine(cacheFolder, Name, FormattableString.Invariant($"{packs.Version}-rules{Rules}.tsv.gz"));
        if (!File.Exists(path))
            Write(path, Extract(packs.Files));
        return Split(Read(path));
    }

    internal static List<TextRow> Extract(IReadOnlyList<string> files)
    {
        var perFile = new List<(string Normal, string Text, int Class)>[files.Count];
        Parallel.For(0, files.Count, i => perFile[i] = Sentences(files[i]));
        var classes = new Dictionary<string, (string Text, int Class)>(StringComparer.Ordinal);
        foreach ((string normal, string text, int label) in perFile.SelectMany(f => f))
        {
            if (!classes.TryGetValue(normal, out var known))
                classes.Add(normal, (text, label));
            else if (known.Class != label)
                classes[normal] = (text, -1);
            else if (string.CompareOrdinal(text, known.Text) < 0)
                classes[normal] = (text, label);
        }
        return [.. classes.Where(c => c.Value.Class >= 0).OrderBy(c => TextHash.Of(c.Key)).Select(c => new TextRow(c.Value.Text, null, c.Value.Class))];
    }

    /// <summary>Letters and digits, lower-cased, one space between words.</summary>
    internal static string Normal(string text)
    {
        var normal = new StringBuilder(text.Length);
        bool isGap = false;
        foreach (char c in text)
        {
            if (!char.IsLetterOrDigit(c))
            {
                isGap = true;
                continue;
            }
            if (isGap && normal.Length > 0)
                normal.Append(' ');
            isGap = false;
            normal.Append(char.ToLowerInvariant(c));
        }
        return normal.ToString();
    }

    private static List<(string Normal, string Text, int Class)> Sentences(string file)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            var sentences = new List<(string, string, int)>();
            foreach ((string member, string summary) in DocsSummaries.Read(stream))
            {
                // SR and Resources hold messages, not documentation.
                int label = member.Contains(".SR.", StringComparison.Ordinal) || member.Contains(".Resources.", StringComparison.Ordinal) ? -1 : DocsClasses.Of(member);
                if (label < 0)
                    continue;
                string normal = Normal(summary);
                if (normal.Count(c => c == ' ') + 1 >= FewestWords)
                    sentences.Add((normal, summary, label));
            }
            return sentences;
        }
        catch (XmlException e)
        {
            throw new KdException("KD1107", $"the reference documentation is damaged: {e.Message}", file, "Install the .NET SDK again.", e);
        }
    }

    private static TextData Split(List<TextRow> rows)
    {
        const ulong parts = 10;
        var byPart = rows.ToLookup(r => (int)(TextHash.Of(Normal(r.Text)) % parts));
        var train = new TextSplit([.. Enumerable.Range(2, (int)parts - 2).SelectMany(p => byPart[p])]);
        return new TextData(train, new TextSplit([.. byPart[1]]), new TextSplit([.. byPart[0]]), new LabelSpace(DocsClasses.Names), BadRowReport.None, new SplitOverlap(0, 0));
    }

    private static void Write(string path, List<TextRow> rows)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, stream =>
        {
            using var writer = new StreamWriter(new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true), new UTF8Encoding(false)) { NewLine = "\n" };
            foreach (TextRow row in rows)
                writer.WriteLine($"{row.Text}\t{DocsClasses.Names[row.Label]}");
        });
    }

    private static List<TextRow> Read(string path)
    {
        var spec = new DataSpec { Format = "tsv", Header = false, Columns = new ColumnSpec { Text = "0", Label = "1" } };
        using FileStream stream = File.OpenRead(path);
        LabelledFile file;
        try
        {
            file = LabelledFile.Read(spec, stream, path);
        }
        catch (KdException e)
        {
            throw Damaged(path, e);
        }
        var labels = new LabelSpace(DocsClasses.Names);
        var rows = file.Rows.Select(r => new TextRow(r.Text, null, labels.IndexOf(r.Label))).ToList();
        return file.BadCount == 0 && rows.TrueForAll(r => r.Label >= 0)
            ? rows
            : throw Damaged(path, null);
    }

    private static KdException Damaged(string path, Exception? inner) => new("KD1107", "the kept rows of the built-in data set are damaged.", path, "Delete the file; it is created again.", inner);
}
