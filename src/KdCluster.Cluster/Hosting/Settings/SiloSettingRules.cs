using KdCluster.SoftTargets.Redis;

namespace KdCluster.Cluster;

/// <summary>What settings must be together.</summary>
internal static class SiloSettingRules
{
    /// <summary>All that is wrong: <c>KD1607</c>, settings contradict each other; <c>KD1404</c>, an address of Redis is none.</summary>
    public static IReadOnlyList<KdError> Errors(KdClusterOptions options)
    {
        List<KdError> errors = [];
        if (options.Redis is { } redis)
        {
            try
            {
                RedisAddress.Parse(redis);
            }
            catch (KdException e)
            {
                errors.AddRange(e.Errors);
            }
        }
        else if (options.Roles != SiloRoles.All)
        {
            errors.Add(new KdError("KD1607", "roles are given without redis: a single silo does everything.", "roles", "Add redis, through which silos find one another, or leave roles out."));
        }

        if (options.Advertise is null && options.Clustered && new Uri(options.Url).Host is "0.0.0.0" or "[::]" or "*" or "+")
        {
            errors.Add(new KdError("KD1607", $"url {options.Url} has no address that others could call.", "url", "Give advertise: the address by which other silos and clients reach this one."));
        }

        return errors;
    }
}
