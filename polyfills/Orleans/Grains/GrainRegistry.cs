using System.Collections.Concurrent;
using System.Reflection;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Grains;

/// <summary>Which class stands behind a grain interface: found among the loaded assemblies that use this one.</summary>
internal sealed class GrainRegistry(GrainCollectionOptions options)
{
    private readonly Lock _gate = new();
    private readonly HashSet<Assembly> _scanned = [];
    private readonly ConcurrentDictionary<GrainType, Activations.GrainClass> _classes = new();
    private readonly ConcurrentDictionary<Type, GrainType> _byInterface = new();

    public Activations.GrainClass ClassOf(GrainType type)
    {
        if (_classes.TryGetValue(type, out var known))
            return known;
        Scan();
        return _classes.TryGetValue(type, out var found) ? found : throw new ArgumentException($"Could not find a grain class of type '{type}'.");
    }

    public GrainType TypeFor(Type interfaceType, string? prefix) =>
        string.IsNullOrWhiteSpace(prefix) ? _byInterface.GetOrAdd(interfaceType, type => Resolve(type, null)) : Resolve(interfaceType, prefix);

    private GrainType Resolve(Type interfaceType, string? prefix)
    {
        var candidates = Candidates(interfaceType, prefix);
        if (candidates.Length == 0)
        {
            Scan();
            candidates = Candidates(interfaceType, prefix);
        }
        return candidates.Length switch
        {
            1 => candidates[0].GrainType,
            0 => throw new ArgumentException($"Could not find an implementation for interface {interfaceType}{(prefix is null ? "" : $" with prefix \"{prefix}\"")}"),
            _ => throw new ArgumentException(
                $"Unable to identify a single appropriate grain type for interface {interfaceType}. Candidates: {string.Join(", ", candidates.Select(candidate => candidate.Type))}"),
        };
    }

    private Activations.GrainClass[] Candidates(Type interfaceType, string? prefix)
    {
        var all = _classes.Values.Where(candidate => interfaceType.IsAssignableFrom(candidate.Type));
        if (prefix is null)
            return [.. all];
        var matching = all.Where(candidate => candidate.Type.FullName!.StartsWith(prefix, StringComparison.Ordinal)).ToArray();
        return matching.Where(candidate => candidate.Type.FullName == prefix).ToArray() is { Length: > 0 } exact ? exact : matching;
    }

    private void Scan()
    {
        lock (_gate)
        {
            var self = typeof(GrainRegistry).Assembly.GetName().Name;
            foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
            {
                if (assembly.IsDynamic || !_scanned.Add(assembly) || assembly.GetReferencedAssemblies().All(reference => reference.Name != self))
                    continue;
                foreach (var type in assembly.GetTypes())
                {
                    if (type is not { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } || !typeof(IGrainBase).IsAssignableFrom(type))
                        continue;
                    var grainClass = new Activations.GrainClass(type, options);
                    if (!_classes.TryAdd(grainClass.GrainType, grainClass))
                        throw new InvalidOperationException($"Both {_classes[grainClass.GrainType].Type} and {type} are grains of type '{grainClass.GrainType}': give one a [GrainType].");
                }
            }
        }
    }
}
