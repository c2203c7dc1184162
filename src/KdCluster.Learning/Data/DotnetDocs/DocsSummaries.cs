using System.Text;
using System.Xml;

namespace KdCluster.Learning.Data.DotnetDocs;

/// <summary>The summaries of one documentation file as plain sentences.</summary>
internal static class DocsSummaries
{
    /// <summary>Each member's id (<c>M:System.IO.File.Open(System.String)</c>) and its summary, white space collapsed; members without one are left out.</summary>
    public static IEnumerable<(string Member, string Summary)> Read(Stream xml)
    {
        using var reader = XmlReader.Create(xml, new XmlReaderSettings { IgnoreComments = true, IgnoreProcessingInstructions = true });
        var text = new StringBuilder();
        string member = "";
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element)
                continue;
            if (reader.Name == "member")
            {
                member = reader.GetAttribute("name") ?? "";
            }
            else if (reader.Name == "summary" && !reader.IsEmptyElement)
            {
                text.Clear();
                Append(reader, text);
                string summary = string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
                if (summary.Length > 0)
                    yield return (member, summary);
            }
        }
    }

    /// <summary>The last part of a member id's name: <c>List</c> of <c>T:System.Collections.Generic.List`1</c>.</summary>
    public static string ShortName(string id)
    {
        ReadOnlySpan<char> name = id.AsSpan(id.IndexOf(':') + 1);
        int parameters = name.IndexOf('(');
        if (parameters >= 0)
            name = name[..parameters];
        int constructor = name.IndexOf(".#", StringComparison.Ordinal);
        if (constructor >= 0)
            name = name[..constructor];
        name = name[(name.LastIndexOf('.') + 1)..];
        int generics = name.IndexOfAny('`', '{');
        return (generics >= 0 ? name[..generics] : name).ToString();
    }

    // The reader stands on an element with content, and is left on its end.
    private static void Append(XmlReader reader, StringBuilder text)
    {
        int depth = reader.Depth;
        while (reader.Read() && reader.Depth > depth)
        {
            if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace)
                text.Append(reader.Value);
            else if (reader.NodeType == XmlNodeType.Element)
                AppendElement(reader, text);
        }
    }

    private static void AppendElement(XmlReader reader, StringBuilder text)
    {
        bool isReference = reader.Name is "see" or "seealso" or "paramref" or "typeparamref";
        if (isReference && reader.IsEmptyElement)
            text.Append(reader.GetAttribute("cref") is string id ? ShortName(id) : reader.GetAttribute("langword") ?? reader.GetAttribute("name"));
        else if (!isReference && reader.Name != "c")
            text.Append(' ');
    }
}
