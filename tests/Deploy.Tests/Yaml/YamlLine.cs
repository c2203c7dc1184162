namespace KdCluster.Tests.Yaml;

/// <summary>One line, its indentation and what is left without comment.</summary>
internal sealed record YamlLine(int Number, string Raw)
{
    public int Indent { get; private init; } = Depth(Raw);

    public string Content { get; private init; } = WithoutComment(Raw).Trim();

    public YamlLine At(int indent, string content) => this with { Indent = indent, Content = content };

    public static bool IsItem(string content) => content == "-" || content.StartsWith("- ", StringComparison.Ordinal);

    public static int Depth(string raw)
    {
        int depth = raw.Length - raw.TrimStart(' ').Length;
        return depth < raw.Length && raw[depth] == '\t' ? throw new FormatException($"a tab indents: {raw}") : depth;
    }

    /// <summary>Where the colon behind a key is; -1: no key.</summary>
    public static int KeyEnd(string content)
    {
        char quote = '\0';
        int depth = 0;
        for (int i = 0; i < content.Length; i++)
        {
            char c = content[i];
            if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '"' or '\'' && (i == 0 || content[i - 1] is ' ' or '[' or '{' or ','))
            {
                quote = c;
            }
            else if (c is '{' or '[')
            {
                depth++;
            }
            else if (c is '}' or ']')
            {
                depth--;
            }
            else if (c == ':' && depth == 0 && (i + 1 == content.Length || content[i + 1] == ' '))
            {
                return i;
            }
        }

        return -1;
    }

    private static string WithoutComment(string raw)
    {
        char quote = '\0';
        for (int i = 0; i < raw.Length; i++)
        {
            char c = raw[i];
            if (quote != '\0')
            {
                if (c == '\\' && quote == '"')
                {
                    i++;
                }
                else if (c == quote)
                {
                    quote = '\0';
                }
            }
            else if (c is '"' or '\'' && (i == 0 || raw[i - 1] is ' ' or '[' or '{' or ','))
            {
                quote = c;
            }
            else if (c == '#' && (i == 0 || raw[i - 1] == ' '))
            {
                return raw[..i];
            }
        }

        return raw;
    }
}
