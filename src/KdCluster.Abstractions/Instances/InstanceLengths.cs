namespace KdCluster.Instances;

/// <summary>A list of views that knows their lengths without making them.</summary>
public interface IInstanceLengths
{
    /// <summary><see cref="InstanceView.Length"/> of a row.</summary>
    int LengthOf(int row);
}

/// <summary>Lengths of views in a list.</summary>
public static class InstanceLengths
{
    /// <summary><see cref="InstanceView.Length"/> of a row; the view is not made where the list knows it.</summary>
    public static int LengthOf(this IReadOnlyList<InstanceView> views, int row)
    {
        ArgumentNullException.ThrowIfNull(views);
        return views is IInstanceLengths known ? known.LengthOf(row) : views[row].Length;
    }
}
