using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;

namespace Orleans.Runtime.MembershipService.SiloMetadata;

/// <summary>What a silo says of itself when it joins.</summary>
public record SiloMetadata
{
    public static SiloMetadata Empty { get; } = new();

    public ImmutableDictionary<string, string> Metadata { get; internal init; } = ImmutableDictionary<string, string>.Empty;
}

public interface ISiloMetadataCache
{
    SiloMetadata GetSiloMetadata(SiloAddress siloAddress);
}

public static class SiloMetadataHostingExtensions
{
    public static ISiloBuilder UseSiloMetadata(this ISiloBuilder builder, Dictionary<string, string> metadata)
    {
        var known = new SiloMetadata { Metadata = metadata.ToImmutableDictionary() };
        builder.Services.AddSingleton<ISiloMetadataCache>(services => new OneSiloMetadata(services.GetRequiredService<ILocalSiloDetails>(), known));
        return builder;
    }
}
