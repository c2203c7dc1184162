namespace KdCluster.Tests;

/// <summary>A test that needs a program of the machine, and says so where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public abstract class RequiresFactAttribute : FactAttribute
{
    protected RequiresFactAttribute(string? missing)
    {
        if (missing is not null)
        {
            Skip = missing;
        }
    }
}
