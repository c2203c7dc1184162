namespace Orleans.Serialization;

/// <summary>One deep copy: an object met twice is copied once, so shared parts stay shared and cycles end.</summary>
internal sealed class CopySession
{
    private Dictionary<object, object>? _copies;

    public object? Copy(object? value)
    {
        if (value is null)
            return null;
        var copier = Copiers.Of(value.GetType());
        if (copier is null)
            return value;
        if (_copies is not null && _copies.TryGetValue(value, out var known))
            return known;
        return copier(value, this);
    }

    /// <summary>Called by a copier before it descends into the members.</summary>
    public void Record(object original, object copy) =>
        (_copies ??= new Dictionary<object, object>(ReferenceEqualityComparer.Instance))[original] = copy;

    public static T DeepCopy<T>(T value) =>
        Copiers.IsShallow(typeof(T)) ? value : (T)new CopySession().Copy(value)!;
}
