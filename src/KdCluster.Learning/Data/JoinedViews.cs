using KdCluster.Instances;

namespace KdCluster.Learning.Data;

/// <summary>The views of two lists, one after the other.</summary>
internal sealed class JoinedViews(IReadOnlyList<InstanceView> first, IReadOnlyList<InstanceView> second) : IReadOnlyList<InstanceView>, IInstanceLengths
{
    /// <summary>The views that stand first.</summary>
    public IReadOnlyList<InstanceView> First => first;

    public int Count => first.Count + second.Count;

    public InstanceView this[int index] => index < first.Count ? first[index] : second[index - first.Count];

    public int LengthOf(int row) => row < first.Count ? first.LengthOf(row) : second.LengthOf(row - first.Count);

    public IEnumerator<InstanceView> GetEnumerator() => first.Concat(second).GetEnumerator();

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
}
