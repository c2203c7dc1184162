using System.Runtime.CompilerServices;

namespace Orleans.Storage;

/// <summary>The state of a grain that has none stored: what its parameterless constructor makes, or all zero where it has none.</summary>
internal static class NewState
{
    public static T Of<T>() =>
        typeof(T).IsValueType || typeof(T) == typeof(string) || typeof(T).IsArray || typeof(T).IsAbstract ? default!
        : typeof(T).GetConstructor(Type.EmptyTypes) is not null ? Activator.CreateInstance<T>()
        : (T)RuntimeHelpers.GetUninitializedObject(typeof(T));
}
