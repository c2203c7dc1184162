using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Activations;

/// <summary>What is the same for all grains of one class.</summary>
internal sealed class GrainClass
{
    private readonly Lazy<(ObjectFactory Make, ParameterInfo[] Facets)> _factory;

    public GrainClass(Type type, GrainCollectionOptions options)
    {
        Type = type;
        GrainType = GrainType.Create(type.GetCustomAttribute<GrainTypeAttribute>()?.GrainType ?? ShortName(type));
        Reentrant = type.IsDefined(typeof(ReentrantAttribute));
        CollectionAge = type.IsDefined(typeof(KeepAliveAttribute)) ? Timeout.InfiniteTimeSpan
            : options.ClassSpecificCollectionAge.TryGetValue(type.FullName!, out var age) ? age
            : type.GetCustomAttribute<CollectionAgeLimitAttribute>()?.AgeLimit ?? options.CollectionAge;
        _factory = new(MakeFactory);
    }

    public Type Type { get; }

    public GrainType GrainType { get; }

    public bool Reentrant { get; }

    public TimeSpan CollectionAge { get; }

    /// <summary>A new instance, in the activation's turn: services from its scope, states from their storages.</summary>
    public object Create(Activation activation)
    {
        try
        {
            var (make, facets) = _factory.Value;
            return make(activation.ActivationServices, Array.ConvertAll(facets, facet => StateFor(facet, activation)));
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"Failed to create an instance of grain type '{Type}'. See InnerException for details.", exception);
        }
    }

    private static string ShortName(Type type)
    {
        const string suffix = "grain";
        var name = type.Name.ToLowerInvariant();
        return name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^suffix.Length] : name;
    }

    private static object StateFor(ParameterInfo facet, Activation activation)
    {
        var state = facet.ParameterType.IsGenericType && facet.ParameterType.GetGenericTypeDefinition() == typeof(IPersistentState<>)
            ? facet.ParameterType.GetGenericArguments()[0]
            : throw new InvalidOperationException($"Parameter '{facet.Name}' of {facet.Member.DeclaringType} has [PersistentState], so it must be an IPersistentState<T>.");
        var about = facet.GetCustomAttribute<PersistentStateAttribute>()!;
        return Activator.CreateInstance(typeof(PersistentState<>).MakeGenericType(state), BindingFlags.Instance | BindingFlags.Public | BindingFlags.DoNotWrapExceptions, null, [activation, about], null)!;
    }

    private (ObjectFactory, ParameterInfo[]) MakeFactory()
    {
        var facets = Type.GetConstructors().SelectMany(constructor => constructor.GetParameters())
            .Where(parameter => parameter.IsDefined(typeof(PersistentStateAttribute))).ToArray();
        return (ActivatorUtilities.CreateFactory(Type, Array.ConvertAll(facets, facet => facet.ParameterType)), facets);
    }
}
