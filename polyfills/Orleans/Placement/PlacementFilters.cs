using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Orleans.Placement
{
    /// <summary>Which silos may hold grains of a class. Where one silo is the cluster there is nothing to choose: filters are registered and never asked.</summary>
    public abstract class PlacementFilterStrategy(int order)
    {
        public int Order { get; } = order;
    }

    [AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
    public abstract class PlacementFilterAttribute : Attribute
    {
        protected PlacementFilterAttribute(PlacementFilterStrategy placement) => PlacementFilterStrategy = placement;

        public PlacementFilterStrategy PlacementFilterStrategy { get; }
    }

    public interface IPlacementFilterDirector
    {
        IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos);
    }

    public static class PlacementFilterExtensions
    {
        public static IServiceCollection AddPlacementFilter<TFilter, TDirector>(this IServiceCollection services, ServiceLifetime strategyLifetime)
            where TFilter : PlacementFilterStrategy
            where TDirector : class, IPlacementFilterDirector
        {
            services.AddKeyedSingleton<IPlacementFilterDirector, TDirector>(typeof(TFilter));
            return services;
        }
    }
}

namespace Orleans.Runtime.Placement
{
    public readonly struct PlacementTarget
    {
        public GrainId GrainIdentity { get; init; }

        public Dictionary<string, object>? RequestContextData { get; init; }
    }
}
