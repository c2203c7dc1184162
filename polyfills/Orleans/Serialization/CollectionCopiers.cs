using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Orleans.Serialization;

/// <summary>Arrays, the usual collections, tuples and pairs.</summary>
internal static class CollectionCopiers
{
    private static readonly Dictionary<Type, string> _byDefinition = new()
    {
        [typeof(List<>)] = nameof(CopyList),
        [typeof(Dictionary<,>)] = nameof(CopyDictionary),
        [typeof(SortedDictionary<,>)] = nameof(CopySortedDictionary),
        [typeof(HashSet<>)] = nameof(CopyHashSet),
        [typeof(SortedSet<>)] = nameof(CopySortedSet),
        [typeof(Queue<>)] = nameof(CopyQueue),
        [typeof(Stack<>)] = nameof(CopyStack),
        [typeof(KeyValuePair<,>)] = nameof(CopyPair),
        [typeof(ImmutableArray<>)] = nameof(CopyImmutableArray),
        [typeof(ImmutableList<>)] = nameof(CopyImmutableList),
        [typeof(ImmutableDictionary<,>)] = nameof(CopyImmutableDictionary),
        [typeof(ReadOnlyMemory<>)] = nameof(CopyReadOnlyMemory),
        [typeof(Memory<>)] = nameof(CopyMemory),
        [typeof(ArraySegment<>)] = nameof(CopySegment),
    };

    public static Copier? TryMake(Type type)
    {
        if (type.IsArray)
            return type.GetArrayRank() == 1 ? Bind(nameof(CopyArray), type.GetElementType()!) : CopyManyDimensional(type.GetElementType()!);
        if (!type.IsGenericType)
            return null;
        if (_byDefinition.TryGetValue(type.GetGenericTypeDefinition(), out var name))
            return Bind(name, type.GetGenericArguments());
        return Copiers.IsTuple(type) ? CopyTuple(type) : null;
    }

    private static Copier Bind(string name, params Type[] arguments) =>
        Copiers.Method(typeof(CollectionCopiers), name, arguments).CreateDelegate<Copier>();

    private static object CopyArray<T>(object original, CopySession session)
    {
        var source = (T[])original;
        if (source.Length == 0)
            return source;
        var copy = new T[source.Length];
        session.Record(source, copy);
        if (Copiers.IsShallow(typeof(T)))
            source.AsSpan().CopyTo(copy);
        else
        {
            for (var i = 0; i < source.Length; i++)
                copy[i] = Item(source[i], session);
        }
        return copy;
    }

    private static Copier CopyManyDimensional(Type element)
    {
        var shallow = Copiers.IsShallow(element);
        return (original, session) =>
        {
            var copy = (Array)((Array)original).Clone();
            session.Record(original, copy);
            if (shallow)
                return copy;
            var index = new int[copy.Rank];
            for (var flat = 0L; flat < copy.LongLength; flat++)
            {
                var rest = flat;
                for (var d = copy.Rank - 1; d >= 0; d--)
                {
                    index[d] = (int)(rest % copy.GetLength(d)) + copy.GetLowerBound(d);
                    rest /= copy.GetLength(d);
                }
                copy.SetValue(session.Copy(copy.GetValue(index)), index);
            }
            return copy;
        };
    }

    private static object CopyList<T>(object original, CopySession session)
    {
        var source = (List<T>)original;
        if (Copiers.IsShallow(typeof(T)))
        {
            var flat = new List<T>(source);
            session.Record(source, flat);
            return flat;
        }
        var copy = new List<T>(source.Count);
        session.Record(source, copy);
        foreach (var item in source)
            copy.Add(Item(item, session));
        return copy;
    }

    private static object CopyDictionary<TKey, TValue>(object original, CopySession session)
        where TKey : notnull
    {
        var source = (Dictionary<TKey, TValue>)original;
        var copy = new Dictionary<TKey, TValue>(source.Count, source.Comparer);
        session.Record(source, copy);
        foreach (var (key, value) in source)
            copy.Add(Item(key, session), Item(value, session));
        return copy;
    }

    private static object CopySortedDictionary<TKey, TValue>(object original, CopySession session)
        where TKey : notnull
    {
        var source = (SortedDictionary<TKey, TValue>)original;
        var copy = new SortedDictionary<TKey, TValue>(source.Comparer);
        session.Record(source, copy);
        foreach (var (key, value) in source)
            copy.Add(Item(key, session), Item(value, session));
        return copy;
    }

    private static object CopyHashSet<T>(object original, CopySession session)
    {
        var source = (HashSet<T>)original;
        var copy = new HashSet<T>(source.Count, source.Comparer);
        session.Record(source, copy);
        foreach (var item in source)
            copy.Add(Item(item, session));
        return copy;
    }

    private static object CopySortedSet<T>(object original, CopySession session)
    {
        var source = (SortedSet<T>)original;
        var copy = new SortedSet<T>(source.Comparer);
        session.Record(source, copy);
        foreach (var item in source)
            copy.Add(Item(item, session));
        return copy;
    }

    private static object CopyQueue<T>(object original, CopySession session)
    {
        var source = (Queue<T>)original;
        var copy = new Queue<T>(source.Count);
        session.Record(source, copy);
        foreach (var item in source)
            copy.Enqueue(Item(item, session));
        return copy;
    }

    private static object CopyStack<T>(object original, CopySession session)
    {
        var source = (Stack<T>)original;
        var copy = new Stack<T>(source.Count);
        session.Record(source, copy);
        foreach (var item in source.Reverse())
            copy.Push(Item(item, session));
        return copy;
    }

    private static object CopyPair<TKey, TValue>(object original, CopySession session)
    {
        var (key, value) = (KeyValuePair<TKey, TValue>)original;
        return new KeyValuePair<TKey, TValue>(Item(key, session), Item(value, session));
    }

    private static object CopyImmutableArray<T>(object original, CopySession session)
    {
        var source = (ImmutableArray<T>)original;
        return source.IsDefault ? source : source.Select(item => Item(item, session)).ToImmutableArray();
    }

    private static object CopyImmutableList<T>(object original, CopySession session) =>
        ((ImmutableList<T>)original).Select(item => Item(item, session)).ToImmutableList();

    private static object CopyImmutableDictionary<TKey, TValue>(object original, CopySession session)
        where TKey : notnull
    {
        var source = (ImmutableDictionary<TKey, TValue>)original;
        return source.ToImmutableDictionary(pair => Item(pair.Key, session), pair => Item(pair.Value, session), source.KeyComparer, source.ValueComparer);
    }

    private static object CopyReadOnlyMemory<T>(object original, CopySession session) =>
        new ReadOnlyMemory<T>((T[])CopyArray<T>(((ReadOnlyMemory<T>)original).ToArray(), session));

    private static object CopyMemory<T>(object original, CopySession session) =>
        new Memory<T>((T[])CopyArray<T>(((Memory<T>)original).ToArray(), session));

    private static object CopySegment<T>(object original, CopySession session) =>
        new ArraySegment<T>((T[])CopyArray<T>(((ArraySegment<T>)original).ToArray(), session));

    private static Copier CopyTuple(Type type)
    {
        var constructor = type.GetConstructor(type.GetGenericArguments())!;
        return (original, session) =>
        {
            var parts = (ITuple)original;
            var items = new object?[parts.Length];
            for (var i = 0; i < items.Length; i++)
                items[i] = session.Copy(parts[i]);
            return constructor.Invoke(items);
        };
    }

    private static T Item<T>(T value, CopySession session) =>
        Copiers.IsShallow(typeof(T)) ? value : (T)session.Copy(value)!;
}
