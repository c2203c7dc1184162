using System.Text;

namespace KdCluster.Tests.Helm;

/// <summary>A piece of a template: text, or what is between two pairs of braces.</summary>
internal sealed record HelmToken(bool Action, string Text)
{
    /// <summary>Cuts a template into pieces; a dash at the braces takes the white space beside it.</summary>
    public static List<HelmToken> Of(string template)
    {
        List<HelmToken> tokens = [];
        int at = 0;
        bool trim = false;
        while (true)
        {
            int open = template.IndexOf("{{", at, StringComparison.Ordinal);
            string text = open < 0 ? template[at..] : template[at..open];
            bool trimBefore = open >= 0 && string.CompareOrdinal(template, open, "{{- ", 0, 4) == 0;
            text = trim ? text.TrimStart() : text;
            text = trimBefore ? text.TrimEnd() : text;
            if (text.Length > 0)
            {
                tokens.Add(new HelmToken(false, text));
            }

            if (open < 0)
            {
                return tokens;
            }

            int close = template.IndexOf("}}", open, StringComparison.Ordinal);
            string inside = template[(open + (trimBefore ? 3 : 2))..close];
            trim = inside.EndsWith(" -", StringComparison.Ordinal);
            inside = (trim ? inside[..^1] : inside).Trim();
            if (!inside.StartsWith("/*", StringComparison.Ordinal))
            {
                tokens.Add(new HelmToken(true, inside));
            }

            at = close + 2;
        }
    }

    /// <summary>The words of an action: names, paths, strings, numbers, brackets, pipes.</summary>
    public static List<string> Words(string action)
    {
        List<string> words = [];
        for (int i = 0; i < action.Length;)
        {
            char c = action[i];
            if (char.IsWhiteSpace(c))
            {
                i++;
            }
            else if (c is '"' or '`')
            {
                StringBuilder text = new();
                int end = i + 1;
                for (; action[end] != c; end++)
                {
                    text.Append(c == '"' && action[end] == '\\' ? action[++end] : action[end]);
                }

                words.Add("\"" + text);
                i = end + 1;
            }
            else if (c is '(' or ')' or '|' or ',')
            {
                words.Add(c.ToString());
                i++;
            }
            else if (c == ':')
            {
                words.Add(":=");
                i += 2;
            }
            else
            {
                int end = i;
                while (end < action.Length && !char.IsWhiteSpace(action[end]) && action[end] is not ('(' or ')' or '|' or ',' or ':'))
                {
                    end++;
                }

                words.Add(action[i..end]);
                i = end;
            }
        }

        return words;
    }
}
