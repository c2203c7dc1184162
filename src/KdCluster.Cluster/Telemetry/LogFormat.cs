namespace KdCluster.Cluster;

/// <summary>How a silo's log is written.</summary>
public enum LogFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One JSON object a line: time, level, category, message, its fields, and the scopes with run, student, teacher and trace.</summary>
    Json,
}
