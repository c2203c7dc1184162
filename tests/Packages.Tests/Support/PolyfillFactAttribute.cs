namespace KdCluster.Tests;

/// <summary>A test about a polyfill, skipped where the real package stands in its place.</summary>
public sealed class PolyfillFactAttribute : RequiresFactAttribute
{
    public PolyfillFactAttribute(Type type)
        : base(PackageModes.IsPolyfill(type.Assembly) ? null : $"{type.Assembly.GetName().Name} is the real package")
    {
    }
}
