using System.Reflection;
using KdCluster.Learning.Torch;
using TorchSharp;

namespace KdCluster.Tests.Torch;

/// <summary>Every number that goes to libtorch is held (<see cref="HeldScalar"/>), by what the compiled methods call.</summary>
public class RawScalarTests
{
    // TorchSharp's methods that make a number of their own, at whatever depth: they hold it no better.
    private static readonly HashSet<MethodBase> Makers = Closure([.. MethodCalls.All(typeof(Scalar).Assembly.GetTypes())]);

    [Fact]
    public void TorchSharps_sums_and_squares_make_numbers_and_its_differences_do_not()
    {
        Assert.Contains(Method("add", typeof(torch.Tensor)), Makers);
        Assert.Contains(Method("add_", typeof(torch.Tensor)), Makers);
        Assert.Contains(Method("op_Addition", typeof(torch.Tensor), typeof(torch.Tensor)), Makers);
        Assert.Contains(Method("op_Multiply", typeof(torch.Tensor), typeof(double)), Makers);
        Assert.Contains(Method("square"), Makers);
        Assert.DoesNotContain(Method("sub", typeof(torch.Tensor)), Makers);
        Assert.DoesNotContain(Method("sub_", typeof(torch.Tensor)), Makers);
        Assert.DoesNotContain(Method("add", typeof(torch.Tensor), typeof(Scalar)), Makers);

        static MethodInfo Method(string name, params Type[] types) => typeof(torch.Tensor).GetMethod(name, types)!;
    }

    [Fact]
    public void No_number_is_handed_to_libtorch_unheld()
    {
        // The examples of docs/extending.md are in this project.
        Type[] types = [.. typeof(HeldScalar).Assembly.GetTypes(), .. typeof(RawScalarTests).Assembly.GetTypes().Where(t => t.Namespace?.StartsWith("KdCluster.Learning", StringComparison.Ordinal) == true)];
        MethodCall[] calls = [.. MethodCalls.All(types)];
        Assert.Contains(calls, c => c.Caller.DeclaringType == typeof(HeldScalar) && IsNumber(c.Called) && c.Kept);
        string[] unheld = [.. calls.Where(c => (IsNumber(c.Called) && !c.Kept) || Makers.Contains(c.Called)).Select(c => $"{c.Caller.DeclaringType}.{c.Caller.Name} calls {c.Called.DeclaringType}: {c.Called}")];
        Assert.True(unheld.Length == 0, string.Join('\n', unheld));
    }

    private static bool IsNumber(MethodBase called) => called.DeclaringType == typeof(Scalar) && called.Name == "op_Implicit";

    private static HashSet<MethodBase> Closure(MethodCall[] calls)
    {
        ILookup<MethodBase, MethodBase> callers = calls.ToLookup(c => c.Called, c => c.Caller);
        HashSet<MethodBase> found = [];
        Stack<MethodBase> open = new(calls.Where(c => IsNumber(c.Called)).Select(c => c.Caller));
        while (open.TryPop(out MethodBase? maker))
        {
            foreach (MethodBase caller in found.Add(maker) ? callers[maker] : [])
                open.Push(caller);
        }

        return found;
    }
}
