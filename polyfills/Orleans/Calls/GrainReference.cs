using Orleans.Calls;
using Orleans.Hosting;

namespace Orleans.Runtime;

/// <summary>What GetGrain gives: the base of the proxies that <see cref="ProxyFactory"/> emits.</summary>
public class GrainReference : IAddressable, IEquatable<GrainReference>
{
    internal GrainReference(Silo silo, GrainId grainId) => (Silo, GrainId) = (silo, grainId);

    public GrainId GrainId { get; }

    internal Silo Silo { get; }

    public bool Equals(GrainReference? other) => other is not null && GrainId.Equals(other.GrainId);

    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    public override int GetHashCode() => GrainId.GetHashCode();

    public override string ToString() => $"GrainReference:{GrainId}";

    public static bool operator ==(GrainReference? left, GrainReference? right) => left?.Equals(right) ?? right is null;

    public static bool operator !=(GrainReference? left, GrainReference? right) => !(left == right);

    internal Task SendTask(GrainMethod method, object?[] arguments) => ((GrainMethod<Nothing>)method).Send(this, arguments);

    internal Task<T> SendTaskOf<T>(GrainMethod method, object?[] arguments) => ((GrainMethod<T>)method).Send(this, arguments);

    internal ValueTask SendValueTask(GrainMethod method, object?[] arguments) => new(((GrainMethod<Nothing>)method).Send(this, arguments));

    internal ValueTask<T> SendValueTaskOf<T>(GrainMethod method, object?[] arguments) => new(((GrainMethod<T>)method).Send(this, arguments));

    internal IAsyncEnumerable<T> SendStream<T>(GrainMethod method, object?[] arguments) => new GrainStream<T>(this, (StreamMethod<T>)method, arguments);
}
