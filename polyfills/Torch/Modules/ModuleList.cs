using System.Collections;

namespace TorchSharp.Modules;

/// <summary>Modules by number; each is registered under its number.</summary>
public class ModuleList<T> : torch.nn.Module, IList<T> where T : torch.nn.Module
{
    private readonly List<T> _list = [];
    private bool _registered;

    public ModuleList(params T[] modules)
        : base(nameof(ModuleList<T>))
    {
        extend(modules);
    }

    public int Count => _list.Count;

    public bool IsReadOnly => false;

    public T this[int index]
    {
        get => _list[index];
        set
        {
            _list[index] = value;
            Reregister();
        }
    }

    public void Add(T item)
    {
        _list.Add(item);
        Reregister();
    }

    public void append(params T[] parameters) => extend(parameters);

    public void extend(IEnumerable<T> modules)
    {
        foreach (var module in modules)
            Add(module);
    }

    public void Insert(int index, T item)
    {
        _list.Insert(index, item);
        Reregister();
    }

    public bool Remove(T item)
    {
        bool removed = _list.Remove(item);
        Reregister();
        return removed;
    }

    public void RemoveAt(int index)
    {
        _list.RemoveAt(index);
        Reregister();
    }

    public void Clear()
    {
        _list.Clear();
        Reregister();
    }

    public bool Contains(T item) => _list.Contains(item);

    public int IndexOf(T item) => _list.IndexOf(item);

    public void CopyTo(T[] array, int arrayIndex) => _list.CopyTo(array, arrayIndex);

    public IEnumerator<T> GetEnumerator() => _list.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>As in the original, a list has no submodules until a module registers it.</summary>
    protected override void RegisterComponents()
    {
        _registered = true;
        Reregister();
    }

    private void Reregister()
    {
        if (!_registered)
            return;
        ClearModules();
        for (int i = 0; i < _list.Count; i++)
            register_module(i.ToString(), _list[i]);
    }
}
