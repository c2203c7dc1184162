using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using Orleans.Runtime;

namespace Orleans.Serialization;

internal delegate object Copier(object original, CopySession session);

/// <summary>How a value of each type is copied; no copier means that the value itself is passed on.</summary>
internal static class Copiers
{
    private static readonly ConcurrentDictionary<Type, Copier?> _byType = new();
    private static readonly ConcurrentDictionary<Type, bool> _shallow = new();

    private static readonly HashSet<Type> _immutable =
    [
        typeof(object), typeof(string), typeof(decimal), typeof(DateTime), typeof(DateTimeOffset), typeof(TimeSpan), typeof(DateOnly), typeof(TimeOnly), typeof(Guid),
        typeof(Half), typeof(Int128), typeof(UInt128), typeof(System.Numerics.BigInteger), typeof(System.Text.Rune), typeof(Uri), typeof(Version), typeof(CancellationToken),
        typeof(System.Net.IPAddress), typeof(System.Net.IPEndPoint), typeof(System.Globalization.CultureInfo), typeof(GrainId), typeof(GrainType), typeof(IdSpan),
    ];

    /// <summary>The copier for values whose type at run time is <paramref name="type"/>, or null where they need none.</summary>
    public static Copier? Of(Type type) => _byType.GetOrAdd(type, static type => Make(type));

    /// <summary>Whether no value that a variable of this type can hold needs a copy.</summary>
    public static bool IsShallow(Type type) => _shallow.GetOrAdd(type, static type => Decide(type));

    private static bool Decide(Type type)
    {
        if (type.IsPrimitive || type.IsEnum || type.IsPointer || type == typeof(string))
            return true;
        if (type == typeof(object))
            return false;
        if (_immutable.Contains(type))
            return true;
        if (type.IsDefined(typeof(ImmutableAttribute), inherit: false))
            return type.IsSealed;
        if (!type.IsValueType && !IsImmutableCollection(type))
            return false;
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return IsShallow(inner);
        if (IsTuple(type) || IsImmutableCollection(type) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>)))
            return type.GetGenericArguments().All(IsShallow);
        return MemberCopier.CoversWholeStruct(type);
    }

    private static Copier? Make(Type type)
    {
        if (type.IsPrimitive || type.IsEnum || _immutable.Contains(type) || type.IsDefined(typeof(ImmutableAttribute), inherit: false)
            || type.IsSubclassOf(typeof(GrainReference)) || typeof(Exception).IsAssignableFrom(type) || typeof(Type).IsAssignableFrom(type)
            || typeof(System.Net.IPAddress).IsAssignableFrom(type) || IsShallow(type))
            return null;
        if (typeof(IGrainBase).IsAssignableFrom(type))
            throw new ArgumentException($"A grain ('{type}') cannot be an argument, result or state: pass AsReference<T>() of it.");
        return CollectionCopiers.TryMake(type) ?? MemberCopier.TryMake(type)
            ?? throw new CodecNotFoundException($"Could not find a copier for type {type}. Mark it with [GenerateSerializer] and its members with [Id].");
    }

    internal static bool IsTuple(Type type) => type.IsGenericType && typeof(ITuple).IsAssignableFrom(type);

    internal static bool IsImmutableCollection(Type type) =>
        type.IsGenericType && type.Namespace is "System.Collections.Immutable" or "System.Collections.Frozen"
        && !type.Name.EndsWith("Builder", StringComparison.Ordinal);

    internal static MethodInfo Method(Type owner, string name, params Type[] arguments) =>
        owner.GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)!.MakeGenericMethod(arguments);
}
