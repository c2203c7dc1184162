namespace KdCluster.Tests.Helm;

/// <summary>Parses the part of Go's templates that the chart uses, and refuses the rest.</summary>
internal sealed class HelmParser(string template, Dictionary<string, List<HelmNode>> defined)
{
    private readonly List<HelmToken> _tokens = HelmToken.Of(template);
    private int _at;

    /// <summary>The nodes outside definitions; definitions are added to <c>defined</c>.</summary>
    public List<HelmNode> Parse()
    {
        List<HelmNode> nodes = Until(out string? stop);
        return stop is null ? nodes : throw new FormatException($"{stop} without a beginning");
    }

    private List<HelmNode> Until(out string? stop)
    {
        List<HelmNode> nodes = [];
        while (_at < _tokens.Count)
        {
            HelmToken token = _tokens[_at++];
            if (!token.Action)
            {
                nodes.Add(new HelmNode.Plain(token.Text));
                continue;
            }

            string word = token.Text.Split(' ')[0];
            string rest = token.Text[word.Length..].Trim();
            switch (word)
            {
                case "end" or "else":
                    stop = token.Text;
                    return nodes;
                case "define":
                    defined.Add(HelmToken.Words(rest)[0][1..], Body());
                    break;
                case "if":
                    nodes.Add(Branch(rest));
                    break;
                case "with":
                    List<HelmNode> then = Until(out string? end);
                    nodes.Add(new HelmNode.With(rest, then, end == "else" ? Body() : []));
                    break;
                case "range":
                    nodes.Add(Range(rest));
                    break;
                default:
                    nodes.Add(word.StartsWith('$') && HelmToken.Words(token.Text) is [_, ":=", ..]
                        ? new HelmNode.Set(word, token.Text[(token.Text.IndexOf(":=", StringComparison.Ordinal) + 2)..])
                        : new HelmNode.Output(token.Text));
                    break;
            }
        }

        stop = null;
        return nodes;
    }

    private List<HelmNode> Body()
    {
        List<HelmNode> body = Until(out string? stop);
        return stop == "end" ? body : throw new FormatException($"{stop ?? "the end of the file"} where `end` should be");
    }

    private HelmNode.If Branch(string condition)
    {
        List<HelmNode> then = Until(out string? stop);
        return stop switch
        {
            "end" => new HelmNode.If(condition, then, []),
            "else" => new HelmNode.If(condition, then, Body()),
            { } when stop.StartsWith("else if ", StringComparison.Ordinal) => new HelmNode.If(condition, then, [Branch(stop["else if ".Length..])]),
            _ => throw new FormatException($"`if {condition}` has no end"),
        };
    }

    private HelmNode.Range Range(string head)
    {
        List<string> words = HelmToken.Words(head);
        return words is [var key, ",", var value, ":=", ..]
            ? new HelmNode.Range(key, value, head[(head.IndexOf(":=", StringComparison.Ordinal) + 2)..], Body())
            : new HelmNode.Range(null, null, head, Body());
    }
}
