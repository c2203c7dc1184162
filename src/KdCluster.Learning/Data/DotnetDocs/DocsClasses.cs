namespace KdCluster.Learning.Data.DotnetDocs;

/// <summary>The classes of <c>dotnet-docs</c>: groups of namespaces of a like size, each about one thing.</summary>
internal static class DocsClasses
{
    // Left out on purpose: System.Runtime.Intrinsics (instruction names, not sentences), the root System namespace (about everything).
    private static readonly (string Class, string[] Namespaces)[] Groups =
    [
        ("AspNetCore.Components", ["Microsoft.AspNetCore.Components"]),
        ("AspNetCore.Hosting", ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server", "Microsoft.AspNetCore.Connections", "Microsoft.AspNetCore.HttpLogging", "Microsoft.AspNetCore.Builder"]),
        ("AspNetCore.Http", ["Microsoft.AspNetCore.Http", "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.WebUtilities", "Microsoft.Net.Http.Headers"]),
        ("AspNetCore.Mvc", ["Microsoft.AspNetCore.Mvc", "Microsoft.AspNetCore.Razor"]),
        ("AspNetCore.Security", ["Microsoft.AspNetCore.Identity", "Microsoft.AspNetCore.Authentication", "Microsoft.AspNetCore.Authorization", "Microsoft.AspNetCore.DataProtection", "Microsoft.AspNetCore.Antiforgery"]),
        ("Extensions", ["Microsoft.Extensions"]),
        ("System.Collections", ["System.Collections"]),
        ("System.ComponentModel", ["System.ComponentModel"]),
        ("System.Data", ["System.Data"]),
        ("System.Diagnostics", ["System.Diagnostics"]),
        ("System.IO", ["System.IO"]),
        ("System.Linq", ["System.Linq"]),
        ("System.Net", ["System.Net"]),
        ("System.Reflection", ["System.Reflection"]),
        ("System.Runtime", ["System.Runtime.InteropServices", "System.Runtime.CompilerServices", "System.Runtime.Serialization"]),
        ("System.Security", ["System.Security"]),
        ("System.Text", ["System.Text"]),
        ("System.Threading", ["System.Threading"]),
        ("System.Xml", ["System.Xml"]),
    ];

    private static readonly Dictionary<string, int> ByNamespace = Groups
        .SelectMany((group, index) => group.Namespaces.Select(n => (n, index)))
        .ToDictionary(p => p.n, p => p.index, StringComparer.Ordinal);

    /// <summary>Class names in class order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Groups.Select(g => g.Class)];

    /// <summary>The class of a member, by the longest namespace that holds it; -1 when none does.</summary>
    public static int Of(string member)
    {
        ReadOnlySpan<char> name = member.AsSpan(member.IndexOf(':') + 1);
        int parameters = name.IndexOf('(');
        if (parameters >= 0)
            name = name[..parameters];
        var lookup = ByNamespace.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int dot = name.LastIndexOf('.'); dot > 0; dot = name.LastIndexOf('.'))
        {
            name = name[..dot];
            if (lookup.TryGetValue(name, out int index))
                return index;
        }
        return -1;
    }
}
