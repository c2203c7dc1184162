namespace KdCluster.Cluster;

/// <summary>A configuration provider that knows where its settings are written.</summary>
internal interface ISettingProvider
{
    /// <summary>Where the value of a key is written, for people.</summary>
    string Where(string key);

    /// <summary>What is written there for a silo and is no setting, as <c>KD1606</c>.</summary>
    IEnumerable<KdError> Mistakes();
}
