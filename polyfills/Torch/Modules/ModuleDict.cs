using System.Collections;

namespace TorchSharp.Modules;

/// <summary>Modules by name, in the order of addition.</summary>
public class ModuleDict<T> : torch.nn.Module, IEnumerable<(string, T)> where T : torch.nn.Module
{
    private readonly List<(string Name, T Module)> _list = [];
    private bool _registered;

    public ModuleDict()
        : base(nameof(ModuleDict<T>))
    {
    }

    public int Count => _list.Count;

    public ICollection<string> Keys => [.. _list.Select(e => e.Name)];

    public ICollection<T> Values => [.. _list.Select(e => e.Module)];

    public T this[string key] => TryGetValue(key, out var module) ? module : throw new KeyNotFoundException($"no module '{key}'");

    public void Add((string, T) item) => Add(item.Item1, item.Item2);

    public void Add(string key, T value)
    {
        if (ContainsKey(key))
            throw new ArgumentException($"there is a module '{key}' already");
        _list.Add((key, value));
        if (_registered)
            register_module(key, value);
    }

    public bool ContainsKey(string key) => _list.Exists(e => e.Name == key);

    public bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value)
    {
        value = _list.Find(e => e.Name == key).Module;
        return value is not null;
    }

    public IEnumerator<(string, T)> GetEnumerator() => _list.GetEnumerator();

    /// <summary>As in the original, a dict has no submodules until a module registers it.</summary>
    protected override void RegisterComponents()
    {
        if (_registered)
            return;
        _registered = true;
        foreach (var (name, module) in _list)
            register_module(name, module);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
