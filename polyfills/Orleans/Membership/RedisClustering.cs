using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Clustering.Redis;
using Orleans.Hosting;
using Orleans.Runtime;
using StackExchange.Redis;

namespace Orleans.Clustering.Redis
{
    public class RedisClusteringOptions
    {
        public ConfigurationOptions? ConfigurationOptions { get; set; }
    }
}

namespace Microsoft.Extensions.Hosting
{
    public static class RedisClusteringISiloBuilderExtensions
    {
        /// <summary>Is accepted, so that one program compiles against both; the silo then refuses to start: a cluster of several silos is what Orleans itself is for.</summary>
        public static ISiloBuilder UseRedisClustering(this ISiloBuilder builder, Action<RedisClusteringOptions> configuration)
        {
            configuration(new RedisClusteringOptions());
            builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, Refusal>();
            return builder;
        }

        private sealed class Refusal : ILifecycleParticipant<ISiloLifecycle>
        {
            public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
                nameof(Refusal), ServiceLifecycleStage.First, _ => throw new OrleansConfigurationException("this build's Orleans holds one silo in one process."));
        }
    }
}
