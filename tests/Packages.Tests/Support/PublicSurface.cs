using System.Reflection;
using System.Runtime.CompilerServices;

namespace KdCluster.Tests;

/// <summary>Compares what an assembly shows with an approved list beside the test, so that growth is seen in a review.</summary>
internal static class PublicSurface
{
    public static void AssertApproved(Assembly assembly, string approvedFile, [CallerFilePath] string caller = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(caller)!, approvedFile);
        var approved = File.Exists(path) ? File.ReadAllLines(path) : [];
        var actual = Lines(assembly).ToArray();
        var received = Path.Combine(AppContext.BaseDirectory, approvedFile);
        File.WriteAllLines(received, actual);
        var changes = actual.Except(approved).Select(line => "+ " + line).Concat(approved.Except(actual).Select(line => "- " + line)).ToArray();
        Assert.True(changes.Length == 0, $"The public surface of {assembly.GetName().Name} changed. If that is meant, copy {received} over {approvedFile}.\n{string.Join('\n', changes)}");
    }

    /// <summary>One line for each public member, led by its type.</summary>
    public static IEnumerable<string> Lines(Assembly assembly)
        => from type in assembly.GetExportedTypes().OrderBy(type => type.ToString(), StringComparer.Ordinal)
           from line in Members(type)
           select $"{type} | {line}";

    private static IEnumerable<string> Members(Type type)
    {
        const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        IEnumerable<MemberInfo> members = type.IsSubclassOf(typeof(Delegate)) ? type.GetMethods(Own).Where(method => method.Name == "Invoke") : type.GetMembers(Own);
        return members.Where(member => member is not MethodInfo { IsSpecialName: true } and not Type)
            .Select(member => $"{member.MemberType} {member}")
            .DefaultIfEmpty("(no members)")
            .Order(StringComparer.Ordinal);
    }
}
