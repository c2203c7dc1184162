using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace KdCluster.Tests.Silos;

/// <summary>An error is one type from where it is found to the silo that tells it, and in the files of grains' state.</summary>
public class KdErrorTests
{
    [Theory]
    [InlineData("train.tsv:17", "Mend it.")]
    [InlineData(null, null)]
    public void It_is_the_same_after_a_call_between_silos_and_after_its_file(string? where, string? remedy)
    {
        using ServiceProvider services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        Serializer serializer = services.GetRequiredService<Serializer>();
        KdError error = new("KD1103", "it cannot be read from redis://me:secret@host.", where, remedy);
        Assert.DoesNotContain("secret", error.What, StringComparison.Ordinal);

        Assert.Equal(error, serializer.Deserialize<KdError>(serializer.SerializeToArray(error)));
        Assert.Equal(error, JsonSerializer.Deserialize<KdError>(JsonSerializer.Serialize(error)));
        Assert.Equal(error, JsonSerializer.Deserialize<KdError>("""{ "Code": "KD1103", "What": "it cannot be read from redis://me:secret@host.", "Where": """
            + JsonSerializer.Serialize(where) + """, "Remedy": """ + JsonSerializer.Serialize(remedy) + " }"));
    }
}
