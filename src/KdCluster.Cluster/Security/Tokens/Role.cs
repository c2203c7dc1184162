namespace KdCluster.Cluster.Security;

/// <summary>What a token lets its holder do; each role may do what those before it may.</summary>
internal enum Role
{
    /// <summary>Ask whether the silo lives: no token is needed.</summary>
    None,

    /// <summary>Look: silos, teachers, runs, figures.</summary>
    Observer,

    /// <summary>Use: start and stop runs, ask teachers for soft targets.</summary>
    Client,

    /// <summary>Change the cluster: deploy, scale and drain teachers, clear the store.</summary>
    Operator,
}
