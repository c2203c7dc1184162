namespace KdCluster.Tests.Helm;

/// <summary>A part of a parsed template.</summary>
internal abstract record HelmNode
{
    /// <summary>As it stands.</summary>
    public sealed record Plain(string Text) : HelmNode;

    /// <summary>What a pipeline gives.</summary>
    public sealed record Output(string Pipeline) : HelmNode;

    /// <summary>A variable gets a value.</summary>
    public sealed record Set(string Name, string Pipeline) : HelmNode;

    /// <summary><c>if</c>, and what comes otherwise.</summary>
    public sealed record If(string Pipeline, List<HelmNode> Then, List<HelmNode> Else) : HelmNode;

    /// <summary><c>with</c>: the dot is the value, when it is not empty.</summary>
    public sealed record With(string Pipeline, List<HelmNode> Then, List<HelmNode> Else) : HelmNode;

    /// <summary><c>range</c> over a list or, by sorted key, a map.</summary>
    public sealed record Range(string? Key, string? Value, string Pipeline, List<HelmNode> Each) : HelmNode;
}
