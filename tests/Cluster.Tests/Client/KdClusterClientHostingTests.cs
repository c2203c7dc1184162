using KdCluster.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace KdCluster.Tests.Client;

public class KdClusterClientHostingTests
{
    [Fact]
    public async Task A_client_is_made_once_of_what_the_configuration_says()
    {
        await using FakeSilo silo = await FakeSilo.StartAsync();
        await using ServiceProvider services = Services(("Addresses:0", silo.Address), ("Token", "secret"), ("KeepAlive", "00:00:02"));
        KdClient client = services.GetRequiredService<KdClient>();

        await client.Run("a").GetAsync();

        Assert.Same(client, services.GetRequiredService<KdClient>());
        Assert.Equal("Bearer secret", silo.Log.Authorization);
        Assert.Equal(TimeSpan.FromSeconds(2), services.GetRequiredService<IOptions<KdClientOptions>>().Value.KeepAlive);
    }

    [Fact]
    public async Task Mistakes_stop_the_app_at_its_start_all_at_once()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddKdClusterClient(o => (o.Token, o.TokenFile) = ("a", "b"));
        await using WebApplication app = builder.Build();

        OptionsValidationException wrong = await Assert.ThrowsAsync<OptionsValidationException>(() => app.StartAsync());

        Assert.Equal(2, wrong.Failures.Count());
        Assert.All(wrong.Failures, f => Assert.StartsWith("KD1340", f, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_name_that_no_option_has_is_an_error()
    {
        await using ServiceProvider services = Services(("Adresses:0", "http://a"));

        InvalidOperationException wrong = Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<KdClient>());
        Assert.Contains("Adresses", wrong.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Services(params (string Key, string Value)[] settings)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"Kd:{s.Key}", (string?)s.Value))).Build();
        return new ServiceCollection().AddKdClusterClient(configuration.GetSection("Kd")).BuildServiceProvider();
    }
}
