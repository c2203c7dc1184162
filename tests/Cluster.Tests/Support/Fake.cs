using System.Reflection;

namespace KdCluster.Tests.Support;

/// <summary>An interface of which only the members that are called are there.</summary>
public class Fake<T> : DispatchProxy
    where T : class
{
    private Func<MethodInfo, object?> _answer = null!;

    /// <summary>Members by their names.</summary>
    public static T Make(Dictionary<string, Func<object>> members) => MakeOf(method => members[method.Name]());

    /// <summary>Members by what they are, where a name is not enough.</summary>
    public static T MakeOf(Func<MethodInfo, object?> answer)
    {
        T fake = Create<T, Fake<T>>();
        ((Fake<T>)(object)fake)._answer = answer;
        return fake;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!);
}
